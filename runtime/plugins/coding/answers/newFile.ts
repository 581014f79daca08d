import { contentHash, type FileEdit } from '../../../types/edit.ts';
import { type Code, type Syntax, uncheckedNote } from '../syntax/syntax.ts';

/** A file that is not there yet, and the first of its lines that does not parse where there is one. */
export async function newFile(code: Code, syntax: Syntax): Promise<{ edit: FileEdit; broken?: number }> {
  const { path, text } = code;
  const errors = (await syntax.structureOf(code))?.errors;
  const note = errors ? undefined : uncheckedNote(code);
  const edit = {
    path,
    baseHash: contentHash(''),
    newFile: true,
    hunks: [{ id: '1', startLine: 1, endLine: 0, oldText: '', newText: text }],
    notes: note === undefined ? [] : [note],
  };
  return { edit, ...(errors && errors.count > 0 && { broken: errors.line }) };
}
