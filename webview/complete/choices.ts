import type { Mention } from '../../runtime/protocol/panel.ts';
import type { Mentionable } from '../control/mentions.ts';
import { iconOf } from './icons.ts';

/** One line of the list over the composer. */
export interface Choice {
  /** None where every line would have the same. */
  icon?: string;
  label: string;
  detail: string;
  /** What stands in the composer then; a mention goes out of the text and becomes a chip. */
  takes: { text: string } | { kind: Mentionable } | { mention: Mention };
}

const COMMANDS: readonly (readonly [string, string])[] = [
  ['explain', 'Explain code or an error'],
  ['fix', 'Mend what is wrong, for you to review'],
  ['edit', 'Change code as you say, for review'],
  ['tests', "Write tests in the project's framework"],
  ['doc', 'Write doc comments in the usual style'],
  ['refactor', 'Refactor code, for you to review'],
  ['review', 'Look for mistakes in your changes'],
  ['commit', 'Write a message for your commit'],
  ['find', 'Find places in the workspace'],
  ['summarise', 'Sum up a file or a folder'],
  ['trace', 'Explain a stack trace'],
  ['remember', 'Keep something for all conversations'],
  ['forget', 'Remove something that was remembered'],
];

const KINDS: readonly (readonly [Mentionable, string])[] = [
  ['file', 'A file by its name'],
  ['folder', 'What is in a folder'],
  ['selection', 'The selected code'],
  ['symbol', 'A function or a class'],
  ['problems', 'What the editor marks'],
  ['terminal', 'Its selected text'],
  ['diff', 'What is not committed'],
  ['code', 'Code, by what it does'],
  ['memory', 'What Zoey remembers'],
];

/** The commands that begin so; then those that hold the letters. */
export function commandChoices(query: string): Choice[] {
  return matching(query, COMMANDS).map(([name, detail]) => ({
    label: `/${name}`,
    detail,
    takes: { text: `/${name} ` },
  }));
}

export function kindChoices(query: string): Choice[] {
  return matching(query, KINDS).map(([kind, detail]) => ({
    icon: iconOf(kind),
    label: `@${kind}`,
    detail,
    takes: { kind },
  }));
}

export function mentionChoices(kind: Mentionable, mentions: readonly Mention[]): Choice[] {
  return mentions.map((mention) => ({
    icon: iconOf(kind),
    label: mention.label,
    detail: mention.detail,
    takes: { mention },
  }));
}

function matching<T extends readonly [string, string]>(query: string, rows: readonly T[]): T[] {
  const wanted = query.toLowerCase();
  const begins = rows.filter(([name]) => name.startsWith(wanted));
  return [...begins, ...rows.filter(([name]) => !name.startsWith(wanted) && name.includes(wanted))];
}
