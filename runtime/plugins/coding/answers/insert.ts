import type { Syntax } from '../syntax/syntax.ts';
import { type Answer, codeOf, readAnswer, wholeCode } from './code.ts';
import type { EditOutcome } from './edit.ts';
import { detectIndentation, indentOf, reindent } from './indent.ts';
import { isBlank, readSource, trimBlank } from './lines.ts';
import { type EditedFile, editTo } from './outcome.ts';
import { withoutContext } from './place.ts';

/** A place between two characters: the line counts from 1, the character from 0. */
export interface Cursor {
  line: number;
  character: number;
}

/** Puts the code of an answer at a cursor. What it repeats of the lines around is taken off. */
export async function insertFromAnswer(
  given: Answer & EditedFile & { cursor: Cursor },
  syntax: Syntax,
): Promise<EditOutcome> {
  const { cursor } = given;
  const { blocks, explanation } = readAnswer(given);
  const source = readSource(given.text);
  const file = source.bodies;
  const at = Math.min(cursor.line - 1, file.length);
  const line = file[at] ?? '';
  const code = trimBlank(
    codeOf(given, blocks, [])
      .flatMap((part, i) => (i === 0 ? part : ['', ...part]))
      .map((own) => own.trimEnd()),
  );
  const whole = wholeCode(code, file, given);
  const bare = withoutContext(whole, file, { start: at, end: isBlank(line) ? at + 1 : at })?.code ?? whole;
  const depth = isBlank(line) ? depthAt(file, at, cursor) : indentOf(line);
  const fitted = reindent(bare, { original: [`${depth}x`], file: detectIndentation(file) });
  const after = [...file.slice(0, at), ...around(line, fitted, cursor), ...file.slice(at + 1)];
  const edit = await editTo({ file: given, source, after }, syntax);
  return { explanation, ...(edit && { edit }) };
}

/** The line of the cursor with the code in it: in its place, before it, behind it, or in the middle of it. */
function around(line: string, code: readonly string[], { character }: Cursor): string[] {
  if (isBlank(line)) return [...code];
  const head = line.slice(0, character);
  const tail = line.slice(character);
  if (isBlank(head)) return [...code, line];
  if (isBlank(tail)) return [line, ...code];
  if (code.length === 1) return [head + (code[0] ?? '').trim() + tail];
  return [line, ...code];
}

/** How deep an empty line is: as the cursor, else as what stands before it, one more behind an opening. */
function depthAt(file: readonly string[], at: number, { character }: Cursor): string {
  const own = (file[at] ?? '').slice(0, character);
  if (own !== '') return own;
  const before = file.slice(0, at).findLast((line) => !isBlank(line)) ?? '';
  const { unit = '  ' } = detectIndentation(file);
  return indentOf(before) + (/[{([:]\s*$/.test(before) ? unit : '');
}
