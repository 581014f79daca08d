import { fence } from '../../guard/fence.ts';
import type { CodeDiagnostic } from '../../types/coding.ts';
import { linesOf, placeOf, type Target } from './target.ts';

const MAX_DIAGNOSTICS = 12;
const MAX_RELATED = 3;
const MAX_MESSAGE = 400;

/** The code that is asked about, fenced as data. */
export function quotedCode(target: Target): string {
  const { languageId } = target;
  return `${languageId === '' ? 'Code' : `Code (${languageId})`}:\n${fence(linesOf(target).join('\n'), placeOf(target))}`;
}

/** What the editor reports, fenced too: messages quote code. Empty where it reports nothing. */
export function reported(diagnostics: readonly CodeDiagnostic[]): string {
  if (diagnostics.length === 0) return '';
  const lines = diagnostics
    .slice(0, MAX_DIAGNOSTICS)
    .flatMap(({ startLine, severity, message, source, code, related = [] }) => {
      const origin = [source, code].filter(Boolean).join(' ');
      return [
        `line ${startLine}: ${severity}: ${inLine(message)}${origin === '' ? '' : ` (${origin})`}`,
        ...related.slice(0, MAX_RELATED).map((one) => `  ${one.path}:${one.line}: ${inLine(one.message)}`),
      ];
    });
  return `The editor reports:\n${fence(lines.join('\n'), 'problems')}`;
}

function inLine(message: string): string {
  return message.replace(/\s+/g, ' ').slice(0, MAX_MESSAGE);
}
