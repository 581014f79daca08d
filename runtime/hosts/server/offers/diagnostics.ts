import * as z from 'zod';
import type { CodeDiagnostic } from '../../../types/coding.ts';
import { pathOf } from '../documents.ts';

/** Positions as the protocol has them: lines and characters count from 0. */
const Position = z.object({ line: z.int().min(0), character: z.int().min(0) });
export const Range = z.object({ start: Position, end: Position });

/** What an editor reports, as the protocol has it. */
export const Reported = z.object({
  range: Range,
  message: z.string(),
  severity: z.number().optional(),
  code: z.union([z.string(), z.number()]).optional(),
  source: z.string().optional(),
  relatedInformation: z
    .array(z.object({ location: z.object({ uri: z.string().max(8192), range: Range }), message: z.string() }))
    .optional(),
});
type Reported = z.infer<typeof Reported>;

const MAX_DIAGNOSTICS = 50;
const MAX_RELATED = 5;
const SEVERITIES = ['error', 'warning', 'info', 'hint'] as const;

export function toCodeDiagnostics(
  reported: readonly Reported[],
  workspace: string | undefined,
): CodeDiagnostic[] {
  return reported.slice(0, MAX_DIAGNOSTICS).map((one) => {
    const { message, range, severity = 1, code, source, relatedInformation = [] } = one;
    const related = relatedInformation.slice(0, MAX_RELATED).map(({ location, message: said }) => ({
      path: pathOf(location.uri, workspace),
      line: location.range.start.line + 1,
      message: said.slice(0, 1_000),
    }));
    return {
      message: message.slice(0, 4_000),
      startLine: range.start.line + 1,
      endLine: range.end.line + 1,
      severity: SEVERITIES[severity - 1] ?? 'error',
      ...(code !== undefined && { code: String(code).slice(0, 200) }),
      ...(source !== undefined && { source: source.slice(0, 200) }),
      ...(related.length > 0 && { related }),
    };
  });
}
