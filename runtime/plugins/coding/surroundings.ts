import type { Attachment } from '../../types/memory.ts';
import { readProblems } from '../../types/problems.ts';
import type { Piece } from '../../types/state.ts';
import { readPiece } from '../../workspace/piece.ts';
import { linesAround } from './around.ts';
import type { TaskContext } from './parts.ts';
import { relatedPieces } from './related.ts';
import type { Target } from './target.ts';

/**
 * What a model should see beside the code itself, the most useful first: the lines around it, what the person
 * attached, and what is known of the names in it.
 */
export async function surroundings(context: TaskContext, target: Target): Promise<Piece[]> {
  const [attached, related] = await Promise.all([
    attachedPieces(context, target),
    relatedPieces(context, target),
  ]);
  return [...linesAround(target), ...attached, ...related];
}

async function attachedPieces({ agent, request }: TaskContext, target: Target): Promise<Piece[]> {
  const { workspace } = agent.run.caller;
  const others = request.attachments.filter(
    (given) => given.languageId !== 'diff' && !isShown(given, target),
  );
  return Promise.all(others.map((given) => attachedPiece(given, workspace)));
}

/** The target is quoted, and what is reported of it as well. */
function isShown({ kind, path, text = '', startLine, endLine }: Attachment, target: Target): boolean {
  if (kind === 'problems') return readProblems(text).every((problem) => problem.path === target.path);
  if ((kind !== 'file' && kind !== 'selection') || path !== target.path) return false;
  if (startLine === undefined || !target.selected) return true;
  return startLine <= target.range.endLine && (endLine ?? startLine) >= target.range.startLine;
}

/** An attachment as a piece of a prompt: its live text, else the file's. */
export async function attachedPiece(given: Attachment, workspace: string | undefined): Promise<Piece> {
  const { path, startLine, endLine, text } = given;
  const lines = { ...(startLine !== undefined && { startLine }), ...(endLine !== undefined && { endLine }) };
  if (text !== undefined || workspace === undefined) {
    return { kind: 'attachment', path, ...lines, text: text ?? '' };
  }
  const read = await readPiece(workspace, { path, ...lines });
  return { kind: 'attachment', ...read };
}
