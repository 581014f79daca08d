import type { Mentionable } from '../control/mentions.ts';

/** What is being typed at the caret that can be completed; `from` is where it begins. */
export type Trigger =
  | { type: 'command'; query: string; from: number }
  /** "@" and perhaps some letters: of what kind it will be is open. */
  | { type: 'kind'; query: string; from: number }
  | { type: 'mention'; kind: Mentionable; query: string; from: number };

const COMMAND = /^\/([a-z]*)$/i;
const KIND = /(?:^|[\s(])@([\w./-]*)$/;
const SEARCHED = /(?:^|[\s(])@(file|folder|symbol|code|memory)[: ]([^\n@]{0,100})$/i;
/** What has few of its kind is not searched: more words after it are no query. */
const LISTED = /(?:^|[\s(])@(selection|problems|terminal|diff)[: ]$/i;

/** What stands before the caret, if it can be completed. */
export function triggerAt(text: string, caret: number): Trigger | undefined {
  const before = text.slice(0, caret);
  const command = COMMAND.exec(before);
  if (command) return { type: 'command', query: command[1] ?? '', from: 0 };
  const mention = SEARCHED.exec(before) ?? LISTED.exec(before);
  if (mention) {
    const kind = (mention[1] ?? '').toLowerCase() as Mentionable;
    return { type: 'mention', kind, query: mention[2] ?? '', from: before.lastIndexOf('@') };
  }
  const open = KIND.exec(before);
  return open ? { type: 'kind', query: open[1] ?? '', from: before.lastIndexOf('@') } : undefined;
}
