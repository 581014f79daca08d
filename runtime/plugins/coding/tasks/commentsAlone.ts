import type { FileEdit } from '../../../types/edit.ts';
import { bodiesOf } from '../answers/lines.ts';

/** Comments of all languages that are written here, and Python's docstrings. */
const BLOCKS = /\/\*[\s\S]*?\*\/|<!--[\s\S]*?-->|--\[\[[\s\S]*?\]\]/g;
const DOCSTRINGS = /^[ \t]*[rRuU]?("""|''')[\s\S]*?\1[ \t]*$/gm;
const HASH = /^(?:python|ruby|shellscript|yaml|toml|perl|r|elixir|makefile)$/;

/** The hunks that only touch comments. What else a model changed on the way is left out, and told. */
export function commentsAlone(edit: FileEdit, languageId: string): FileEdit | undefined {
  const code = (text: string) => withoutComments(text, languageId);
  const hunks = edit.hunks.filter(({ oldText, newText }) => code(oldText) === code(newText));
  const lost = edit.hunks.length - hunks.length;
  if (hunks.length === 0) return undefined;
  if (lost === 0) return edit;
  const note = `It also changed code in ${lost} ${lost === 1 ? 'place' : 'places'}: that is left out.`;
  return { ...edit, hunks, notes: [...edit.notes, note] };
}

function withoutComments(text: string, languageId: string): string {
  const bare = bodiesOf(text)
    .join('\n')
    .replace(BLOCKS, '')
    .replace(languageId === 'python' ? DOCSTRINGS : /$^/, '');
  const line = HASH.test(languageId) ? /^\s*#.*$/ : /^\s*(?:\/\/|--|;).*$/;
  return bare
    .split('\n')
    .map((own) => own.trim())
    .filter((own) => own !== '' && !line.test(own))
    .join('\n');
}
