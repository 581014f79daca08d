import { TypeOverrides } from 'pg';

const INT8 = 20;
const TEXT = 25;
/** A character that Unicode will never give a meaning: it stands before what could not be stored as it is. */
const ESCAPE = '\u{10ffff}';
const STORED = /\u{10ffff}([01])/gu;

/** Text as PostgreSQL can hold it: it knows no NUL. */
export function encodeValue(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const escaped = value.includes(ESCAPE) ? value.replaceAll(ESCAPE, `${ESCAPE}1`) : value;
  return escaped.includes('\0') ? escaped.replaceAll('\0', `${ESCAPE}0`) : escaped;
}

/** The text that `encodeValue` was given. */
function decodeText(text: string): string {
  if (!text.includes(ESCAPE)) return text;
  return text.replace(STORED, (_, kind: string) => (kind === '0' ? '\0' : ESCAPE));
}

/** How values come back: our 64-bit integers are times and counts, which a number holds. */
export const valueTypes = new TypeOverrides();
valueTypes.setTypeParser(INT8, Number);
valueTypes.setTypeParser(TEXT, decodeText);
