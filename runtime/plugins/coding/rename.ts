import { ZoeyError } from '../../kernel/errors.ts';
import type { FileEdit } from '../../types/edit.ts';
import { contentHash, sourceLines } from '../../types/edit.ts';
import type { Occurrence } from '../../workspace/chunk/occurrences.ts';
import type { Syntax } from './syntax/syntax.ts';

/** A name at a place of a text, and what it should be. */
export interface Renaming {
  path: string;
  text: string;
  languageId?: string | undefined;
  /** Counts from 1. */
  line: number;
  /** UTF-16 units from 0, anywhere in the name. */
  character: number;
  name: string;
}

const NAME = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;
const WORD = /[\p{L}_$][\p{L}\p{N}_$]*/gu;

/**
 * Renames within one file by its syntax, for languages that no service renames: only where nothing else can be
 * meant. What is changed is one hunk, since half of it would break the code.
 * @throws `invalid_input` where it is not safe, with why
 */
export async function renameInFile(renaming: Renaming, syntax: Syntax): Promise<FileEdit> {
  const { path, text, languageId, name } = renaming;
  const present = nameAt(renaming);
  if (present === undefined) throw refused('There is no name at this place.');
  if (!NAME.test(name)) throw refused(`${name} is no name.`);
  const code = { path, text, languageId };
  const [found, taken] = await Promise.all([
    syntax.occurrencesOf(code, present),
    syntax.occurrencesOf(code, name),
  ]);
  if (!found || !taken) {
    throw refused('Its syntax is not known here, or the file does not parse.');
  }
  if (taken.some(({ role }) => role !== 'text'))
    throw refused(`${name} is the name of something here already.`);
  const same = sameThing(found, { ...renaming, present });
  if (!same) throw refused(`What ${present} stands for can't be told from this file alone.`);
  const { meant, ofFile } = same;
  const lines = sourceLines(text);
  const first = Math.min(...meant.map(({ line }) => line));
  const last = Math.max(...meant.map(({ line }) => line));
  const oldText = lines.slice(first, last + 1).join('');
  const after = lines.map((line, i) =>
    replaced(line, { i, meant, present, name, bom: text.startsWith('\ufeff') }),
  );
  return {
    path,
    baseHash: contentHash(text),
    newFile: false,
    hunks: [
      {
        id: '1',
        startLine: first + 1,
        endLine: last + 1,
        oldText,
        newText: after.slice(first, last + 1).join(''),
      },
    ],
    notes: notesOn(present, { found, ofFile }),
  };
}

function refused(why: string): ZoeyError {
  return new ZoeyError('invalid_input', `The language of this file offers no renaming here. ${why}`, {
    hint: 'Nothing was changed. Use search and replace, and look at each place.',
  });
}

function nameAt({ text, line, character }: Renaming): string | undefined {
  const [body = ''] = (sourceLines(text)[line - 1] ?? '').split(/[\r\n]/);
  const at = [...body.matchAll(WORD)].find(
    ({ 0: word, index }) => index <= character && character <= index + word.length,
  );
  return at?.[0];
}

/**
 * The places that mean what is meant at this one: those in the innermost function that defines the name, or in the
 * whole file where functions outside of that one define it too. Undefined where anything is not plain.
 */
function sameThing(
  found: readonly Occurrence[],
  { line, character, text, present }: Renaming & { present: string },
): { meant: Occurrence[]; ofFile: boolean } | undefined {
  if (found.some(({ role }) => role === 'bound')) return undefined;
  const names = found.filter(({ role }) => role === 'name');
  const past = character - (line === 1 && text.startsWith('\ufeff') ? 1 : 0);
  const here = names.find(
    (one) => one.line === line - 1 && one.character <= past && past <= one.character + present.length,
  );
  if (!here) return undefined;
  const owners = new Set(names.filter(({ declares }) => declares).map(({ scopes }) => scopes[0] ?? 0));
  const scope = here.scopes.findLast((one) => owners.has(one));
  if (scope === undefined) return undefined;
  return { meant: names.filter(({ scopes }) => scopes.includes(scope)), ofFile: scope === 0 };
}

interface Line {
  i: number;
  meant: readonly Occurrence[];
  present: string;
  name: string;
  bom: boolean;
}

/** From its end on, so that no place moves another. */
function replaced(line: string, { i, meant, present, name, bom }: Line): string {
  const shift = i === 0 && bom ? 1 : 0;
  return meant
    .filter((one) => one.line === i)
    .sort((a, b) => b.character - a.character)
    .reduce((text, { character }) => {
      const start = character + shift;
      return text.slice(0, start) + name + text.slice(start + present.length);
    }, line);
}

/** @param of whether other files can know the name, and where it stands */
function notesOn(present: string, of: { found: readonly Occurrence[]; ofFile: boolean }): string[] {
  const { found, ofFile } = of;
  const said = found.filter(({ role }) => role === 'text').length;
  const where = said === 1 ? 'a string or a remark, which stays' : `${said} strings or remarks, which stay`;
  return [
    ...(ofFile ? [`Other files that use ${present} have to be changed as well.`] : []),
    ...(said > 0 ? [`It also stands in ${where} as ${said === 1 ? 'it is' : 'they are'}.`] : []),
  ];
}
