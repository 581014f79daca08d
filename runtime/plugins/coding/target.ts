import path from 'node:path';
import { isSecretPath } from '../../guard/secrets.ts';
import { ZoeyError } from '../../kernel/errors.ts';
import type { CodeTarget, CodingRequest, LineRange } from '../../types/coding.ts';
import type { Attachment } from '../../types/memory.ts';
import { languageOf } from '../../workspace/chunk/languages.ts';
import { readWhole } from '../../workspace/piece.ts';
import { readSource } from './answers/lines.ts';
import type { TaskContext } from './parts.ts';
import { attachedProblems } from './reported.ts';

/** A file that a task is about, as it is now. */
export interface Target {
  path: string;
  text: string;
  languageId: string;
  /** Without their ends. */
  lines: readonly string[];
  /** The lines that are asked about: all of them where none were selected. */
  range: LineRange;
  /** Whether lines were selected, and not the whole file. */
  selected: boolean;
  cursor: CodeTarget['cursor'];
}

/** Reads what a task is about: the editor's text where it came along, the file otherwise. */
export async function readTarget(context: TaskContext): Promise<Target> {
  const { path: given, text: live, languageId, selection, cursor } = targetOf(context.request);
  if (isSecretPath(given)) throw secret(given);
  const { path: place, text } =
    live === undefined ? await readFile(given, context) : { path: given, text: live };
  const { bodies } = readSource(text);
  const last = Math.max(1, bodies.length);
  const startLine = Math.min(selection?.startLine ?? 1, last);
  const endLine = Math.max(startLine, Math.min(selection?.endLine ?? last, last));
  return {
    path: place,
    text,
    languageId: languageId ?? languageOf(place).id,
    lines: bodies,
    range: { startLine, endLine },
    selected: selection !== undefined && (startLine > 1 || endLine < last),
    cursor,
  };
}

/** What of the attachments is a place in the workspace, and not something said of one. */
const PLACES: ReadonlySet<string> = new Set(['file', 'selection', 'folder']);

/** Lines before attached ones that are made up, so that these keep their numbers. */
const MAX_ABOVE = 100_000;

/** The target, or the first of what was attached. */
export function targetOf(request: CodingRequest): CodeTarget {
  const [first] = targetsOf(request);
  if (first) return first;
  const { task } = request;
  throw new ZoeyError('invalid_input', `There is no code to ${task === 'ask' ? 'ask about' : 'work on'}.`, {
    hint: 'Open a file, or attach one.',
  });
}

/**
 * What a task may be about, each once: the target; else the places that were attached, what was selected before whole
 * files, and no whole file of which lines were; else the files of the problems that were attached.
 */
export function targetsOf({ target, attachments }: CodingRequest): CodeTarget[] {
  if (target) return [target];
  const given = attachments.filter(({ kind, languageId }) => PLACES.has(kind) && languageId !== 'diff');
  const selected = ({ kind }: Attachment) => (kind === 'selection' ? 0 : 1);
  const places = [...given]
    .sort((a, b) => selected(a) - selected(b))
    .map(
      ({ kind, path: place, startLine, endLine, languageId }): CodeTarget => ({
        path: place,
        ...(languageId !== undefined && { languageId }),
        // A whole file that was read says its lines, too.
        ...(kind === 'selection' &&
          startLine !== undefined && { selection: { startLine, endLine: endLine ?? startLine } }),
      }),
    );
  const known =
    places.length > 0
      ? places
      : attachedProblems({ attachments }).map(({ path: place }): CodeTarget => ({ path: place }));
  return known.filter((one, i) => {
    const same = known.findIndex(
      (other) => other.path === one.path && (!one.selection || isSame(one, other)),
    );
    return same === i;
  });
}

function isSame({ selection: a }: CodeTarget, { selection: b }: CodeTarget): boolean {
  return a?.startLine === b?.startLine && a?.endLine === b?.endLine;
}

function secret(given: string): ZoeyError {
  return new ZoeyError('invalid_input', `${given} may hold secrets, so no model is shown it.`, {
    hint: 'Copy the lines that matter into a file of another name.',
  });
}

/** As an open editor shows it, else as it is on disk; of what is no file there, the lines that were attached. */
async function readFile(given: string, context: TaskContext): Promise<{ path: string; text: string }> {
  const { attachments } = context.request;
  const attached = attachments.find(
    ({ kind, path: place, text }) =>
      place === given && (kind === 'file' || kind === 'selection') && text !== undefined,
  );
  try {
    return await readInWorkspace(given, context);
  } catch (error) {
    const above = (attached?.startLine ?? 1) - 1;
    if (!attached || above > MAX_ABOVE) throw error;
    return { path: given, text: '\n'.repeat(above) + (attached.text ?? '') };
  }
}

async function readInWorkspace(
  given: string,
  { agent, parts }: TaskContext,
): Promise<{ path: string; text: string }> {
  const { workspace } = agent.run.caller;
  if (workspace === undefined) {
    throw new ZoeyError('invalid_input', `${given} can't be read: no folder is open.`, {
      hint: 'Open the folder that it is in.',
    });
  }
  const file = await readWhole(workspace, given);
  return { ...file, text: parts.live?.(path.resolve(workspace, file.path)) ?? file.text };
}

/** The lines that are asked about. */
export function linesOf({ lines, range }: Target): string[] {
  return lines.slice(range.startLine - 1, range.endLine);
}

/** "src/a.ts:3-9", or the path alone for a whole file. */
export function placeOf({ path: file, range, selected }: Target): string {
  return selected ? `${file}:${range.startLine}-${range.endLine}` : file;
}
