import { setImmediate as afterEvents } from 'node:timers/promises';
import type { LineRange } from '../../../types/coding.ts';
import { applyHunks, type FileEdit, type Hunk } from '../../../types/edit.ts';
import { type Syntax, uncheckedNote } from '../syntax/syntax.ts';
import { definitionsIn } from './extent.ts';
import { compose, toEdit } from './hunks.ts';
import { detectIndentation } from './indent.ts';
import { bodiesOf, type Source } from './lines.ts';
import { unusable } from './refusal.ts';

/** A file as it was when the model was asked. */
export interface EditedFile {
  path: string;
  text: string;
  languageId?: string | undefined;
  /** The lines that were to be replaced; the whole file without it. */
  range?: LineRange | undefined;
}

const MAX_NAMES = 5;

/**
 * The edit from the file to these lines; undefined where nothing changes. Throws `unusable_answer` where the
 * file parsed before and would not parse any more.
 */
export async function editTo(
  { file, source, after }: { file: EditedFile; source: Source; after: readonly string[] },
  syntax: Syntax,
): Promise<FileEdit | undefined> {
  const exact = file.languageId === 'markdown' || /\.mdx?$/i.test(file.path);
  const { tab } = detectIndentation(source.bodies);
  const composed = compose(source, after, { tab, exact });
  await afterEvents();
  const bare = toEdit(file.path, source.lines, composed);
  if (bare.hunks.length === 0) return undefined;
  await afterEvents();
  const edit: FileEdit = { ...bare, notes: notesOf(file, source, bare.hunks) };
  const note = await syntaxNote(file, edit, syntax);
  return note === undefined ? edit : { ...edit, notes: [...edit.notes, note] };
}

/** What the person should look at before accepting. */
function notesOf({ range }: EditedFile, source: Source, hunks: readonly Hunk[]): string[] {
  const notes: string[] = [];
  const outside = ({ startLine, endLine }: Hunk) =>
    range !== undefined && (endLine < range.startLine - 1 || startLine > range.endLine + 1);
  if (hunks.some(outside)) notes.push('It also changes lines outside of the selection.');
  const gone = lostNames(source, hunks);
  const more = gone.length > MAX_NAMES ? ' and more' : '';
  if (gone.length > 0) notes.push(`It takes out ${gone.slice(0, MAX_NAMES).join(', ')}${more}.`);
  return notes;
}

/** Definitions that go and do not come back. */
function lostNames({ bodies }: Source, hunks: readonly Hunk[]): string[] {
  const namesIn = (texts: readonly string[]) =>
    definitionsIn(texts.flatMap(bodiesOf)).map(({ name }) => name);
  const outermost = new Set(definitionsIn(bodies).map(({ name }) => name));
  const given = new Set(namesIn(hunks.map(({ newText }) => newText)));
  return namesIn(hunks.map(({ oldText }) => oldText)).filter(
    (name) => outermost.has(name) && !given.has(name),
  );
}

async function syntaxNote(file: EditedFile, edit: FileEdit, syntax: Syntax): Promise<string | undefined> {
  const changed = { ...file, text: applyHunks(file.text, edit) ?? file.text };
  const after = (await syntax.structureOf(changed))?.errors;
  if (!after) return uncheckedNote(changed);
  if (after.count === 0) return undefined;
  const before = (await syntax.structureOf(file))?.errors;
  if (before && before.count > 0 && after.count <= before.count) {
    return 'The file did not parse before, and does not now.';
  }
  throw unusable(`would break the file: line ${after.line} would not parse any more.`);
}
