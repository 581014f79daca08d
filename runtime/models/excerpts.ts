import { codeBlock, codeSpan } from '../guard/fence.ts';
import type { Caller } from '../types/host.ts';
import type { Reference } from '../types/memory.ts';
import type { Piece } from '../types/state.ts';

const HEADING = 'No model is connected. These are the best matches.';
const NOTHING =
  'No model is connected, and nothing here matches these words. Try a name as it stands in the code, ' +
  'the name of a file, or fewer words.';
const NO_MODEL = 'No model is connected.';
const UNREAD =
  'This workspace is not trusted, so its files were not looked through. Trust it, or attach a file.';

/**
 * The answer where no model is there: what was attached or found, each piece word for word under its
 * number, in Markdown. Nothing is summed up or put in other words. Where files were not looked through, it
 * says so rather than that nothing matches.
 */
export function composeExcerpts(
  pieces: readonly Piece[],
  { workspace, trusted }: Pick<Caller, 'workspace' | 'trusted'>,
): { text: string; references: Reference[] } {
  const references = pieces.map((piece, i): Reference => ({ ...piece, number: i + 1 }));
  const unread = workspace !== undefined && !trusted && references.every(({ kind }) => kind === 'memory');
  if (references.length === 0) return { text: unread ? `${NO_MODEL} ${UNREAD}` : NOTHING, references };
  const head = unread ? [HEADING, UNREAD] : [HEADING];
  return { text: [...head, ...references.map(quote)].join('\n\n'), references };
}

function quote(reference: Reference): string {
  const language = reference.kind === 'memory' ? 'text' : languageOf(reference.path ?? '');
  return `${origin(reference)} [${reference.number}]\n\n${codeBlock(reference.text, language)}`;
}

/** "`src/a.ts:3-9`", or for a memory the day that it was made. */
function origin({ kind, path, startLine, endLine, createdAt }: Reference): string {
  if (kind === 'memory') {
    return createdAt === undefined
      ? 'From memory'
      : `From memory, ${new Date(createdAt).toISOString().slice(0, 10)}`;
  }
  if (path === undefined) return 'Attached';
  return codeSpan(startLine === undefined ? path : `${path}:${startLine}-${endLine ?? startLine}`);
}

/** The ending of a path names the language well enough for a highlighter; none where there is none. */
function languageOf(path: string): string {
  return /[^/]\.([A-Za-z0-9]{1,10})$/.exec(path)?.[1]?.toLowerCase() ?? '';
}
