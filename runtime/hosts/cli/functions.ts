import { describeContract } from '../../functions/reference.ts';
import { referenceMarkdown } from '../../functions/referenceMarkdown.ts';
import { openApiDocument } from '../../functions/referenceOpenApi.ts';

/** What `zoey functions` prints. */
export function functionsText(format: 'markdown' | 'json' | 'openapi', version: string): string {
  if (format === 'markdown') return referenceMarkdown(version);
  const value = format === 'json' ? describeContract() : openApiDocument(version);
  return `${JSON.stringify(value, null, 2)}\n`;
}
