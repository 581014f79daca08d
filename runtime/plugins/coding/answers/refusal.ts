import { ZoeyError } from '../../../kernel/errors.ts';

const AGAIN = 'Try again, or choose fewer lines. Nothing was changed.';

/** An answer that is not applied; the message completes "The answer …". */
export function unusable(why: string, hint: string = AGAIN): ZoeyError {
  return new ZoeyError('unusable_answer', `The answer ${why}`, { hint });
}

/** A line as it is quoted in a message. */
export function quoted(line: string): string {
  const text = line.trim();
  return `"${text.length > 60 ? `${text.slice(0, 60)} …` : text}"`;
}
