import type { Piece } from '../../../types/state.ts';
import { readPiece } from '../../../workspace/piece.ts';
import { walk } from '../../../workspace/walk.ts';
import type { TaskContext } from '../parts.ts';
import { type Frame, framesIn } from './frames.ts';

/** Lines shown around a frame's own, and how many frames are shown. */
const AROUND = 8;
const MAX_PLACES = 8;
const MAX_WALKED = 20_000;

/** The frames of a trace that are in the workspace, with the lines around them, in the trace's order. */
export async function tracePlaces({ agent }: TaskContext, trace: string): Promise<Piece[]> {
  const { workspace, trusted, settings } = agent.run.caller;
  const frames = framesIn(trace);
  if (workspace === undefined || !trusted || frames.length === 0) return [];
  const files: string[] = [];
  const { signal } = agent.run;
  for await (const { path } of walk(workspace, { signal, exclude: settings.exclude, limit: MAX_WALKED })) {
    files.push(path);
  }
  const pieces: Piece[] = [];
  for (const frame of frames) {
    if (pieces.length >= MAX_PLACES) break;
    const path = fileOf(frame, files);
    const piece = path === undefined ? undefined : await pieceAt(workspace, path, frame.line);
    if (piece && !pieces.some((other) => covers(other, piece.path, frame.line))) pieces.push(piece);
  }
  return pieces;
}

/** The file whose path the frame's ends with, or, for a bare name, the one that is called so. */
function fileOf({ path }: Frame, files: readonly string[]): string | undefined {
  const ends = files.filter((file) => path === file || path.endsWith(`/${file}`));
  const [longest] = ends.sort((a, b) => b.length - a.length);
  if (longest !== undefined) return longest;
  const bare = path.replace(/^(?:\.{0,2}\/)+/, '');
  const named = files.filter((file) => file === bare || file.endsWith(`/${bare}`));
  return named.length === 1 ? named[0] : undefined;
}

async function pieceAt(root: string, path: string, line: number): Promise<Piece | undefined> {
  try {
    const read = await readPiece(root, {
      path,
      startLine: Math.max(1, line - AROUND),
      endLine: line + AROUND,
    });
    return { kind: 'code', ...read };
  } catch {
    // The file has fewer lines by now, or is gone.
    return undefined;
  }
}

function covers(piece: Piece, path: string | undefined, line: number): boolean {
  return piece.path === path && (piece.startLine ?? 0) <= line && (piece.endLine ?? 0) >= line;
}
