import type { Attachment } from '../../../types/memory.ts';
import type { Provider } from '../../../types/runtime.ts';
import type { Piece } from '../../../types/state.ts';
import type { Passages } from '../../../workspace/passages.ts';
import { worthGiving } from '../../../workspace/relevance.ts';

/** How many places of the workspace a turn looks at. */
const PLACES = 6;

/** The places of the workspace that speak of what was asked. Not read where the workspace is not trusted. */
export function passages(search: Passages): Provider {
  return {
    name: 'PASSAGES',
    description: 'The places of the workspace that speak of what was asked.',
    searches: true,
    position: 20,
    deadlineMs: 5_000,
    async get(_runtime, message, _state, { attachments, caller, signal, onProgress }) {
      if (caller.workspace === undefined || !caller.trusted) return {};
      const found = await search.search(caller.workspace, message.content.text, {
        limit: PLACES + attachments.length,
        signal,
        exclude: caller.settings.exclude,
        ...(caller.folders && { folders: caller.folders }),
        deadlineMs: 3_000,
        onProgress: (files) => onProgress(`Looking in ${files} ${files === 1 ? 'file' : 'files'}`),
      });
      const pieces = worthGiving(found.items, message.content.text)
        .map(
          ({ path, startLine, endLine, text, score, symbol }): Piece => ({
            kind: 'code',
            path,
            startLine,
            endLine,
            text,
            score,
            ...(symbol !== undefined && { symbol }),
          }),
        )
        .filter((piece) => !attachments.some((given) => covers(given, piece)))
        .slice(0, PLACES);
      return { pieces };
    },
  };
}

function covers(given: Attachment, piece: Piece): boolean {
  if (given.path !== piece.path) return false;
  if (given.startLine === undefined || piece.startLine === undefined) return true;
  return (
    piece.startLine <= (given.endLine ?? given.startLine) &&
    (piece.endLine ?? piece.startLine) >= given.startLine
  );
}
