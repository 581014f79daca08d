import type { Piece } from '../../../types/state.ts';
import type { Defined } from '../../../workspace/chunk/structure.ts';
import { readPiece } from '../../../workspace/piece.ts';
import { AFTER, BEFORE } from '../around.ts';
import type { TaskContext } from '../parts.ts';
import { linesOf, type Target } from '../target.ts';
import { importsIn } from './imports.ts';
import { outline } from './outline.ts';

/** Definitions that are shown, lines of each, and imported files that are read for them. */
const MAX_DEFINITIONS = 5;
const MAX_LINES = 40;
const MAX_FILES = 4;
const MAX_USES = 4;
/** Lines in which names are looked for, and first lines in which a file imports. */
const MAX_LOOKED = 2_000;
const MAX_HEAD = 400;
const NAME = /[\p{L}_$][\p{L}\p{N}_$]*/gu;

/** What the lines use and the same file defines further off, or a file that it imports; `defined` is what it defines. */
export async function definitionsUsed(
  context: TaskContext,
  target: Target,
  defined: readonly Defined[],
): Promise<Piece[]> {
  const looked = linesOf(target).slice(0, MAX_LOOKED);
  const used = new Set(looked.flatMap((line) => line.match(NAME) ?? []));
  const own = defined
    .filter(({ name, startLine, endLine }) => used.has(name) && isApart(target, startLine, endLine))
    .map((one) => pieceOf(target.path, target.lines, one));
  const missing = MAX_DEFINITIONS - own.length;
  const imported = missing > 0 ? await importedDefinitions(context, target, used) : [];
  return [...own, ...imported].slice(0, MAX_DEFINITIONS);
}

async function importedDefinitions(
  { agent, parts }: TaskContext,
  { lines, path }: Target,
  used: ReadonlySet<string>,
): Promise<Piece[]> {
  const { workspace, trusted } = agent.run.caller;
  if (workspace === undefined || !trusted) return [];
  const imports = importsIn(lines.slice(0, MAX_HEAD), path).filter(({ words }) =>
    (words.match(NAME) ?? []).some((name) => used.has(name)),
  );
  const found = await Promise.all(
    imports.slice(0, MAX_FILES).map(async ({ paths }) => {
      const file = await firstThere(workspace, paths);
      if (!file) return [];
      const defined = await outline(file, parts.syntax);
      const read = file.text.split('\n');
      return defined.filter(({ name }) => used.has(name)).map((one) => pieceOf(file.path, read, one));
    }),
  );
  return found.flat();
}

async function firstThere(workspace: string, paths: readonly string[]) {
  for (const path of paths) {
    const read = await readPiece(workspace, { path }).catch(() => undefined);
    if (read) return read;
  }
  return undefined;
}

/** Lines further off in the same file that use what the lines define. */
export function usesNearby(target: Target, defined: readonly Defined[]): Piece[] {
  const { range, lines, path } = target;
  const names = defined
    .filter(({ startLine, endLine }) => startLine >= range.startLine && endLine <= range.endLine)
    .map(({ name }) => name);
  const uses: Piece[] = [];
  for (const [i, line] of lines.entries()) {
    if (uses.length === MAX_USES) break;
    const at = i + 1;
    if (!isApart(target, at, at) || !names.some((name) => line.includes(name))) continue;
    const name = (line.match(NAME) ?? []).find((one) => names.includes(one));
    if (name !== undefined) uses.push(pieceOf(path, lines, { name, startLine: at, endLine: at }));
  }
  return uses;
}

/** Whether lines are not shown anyway, as a part of the target or around it. */
function isApart({ range, selected }: Target, startLine: number, endLine: number): boolean {
  return selected && (endLine < range.startLine - BEFORE || startLine > range.endLine + AFTER);
}

function pieceOf(path: string, lines: readonly string[], { name, startLine, endLine }: Defined): Piece {
  const last = Math.min(endLine, startLine + MAX_LINES - 1);
  const text = lines.slice(startLine - 1, last).join('\n');
  return { kind: 'code', path, startLine, endLine: last, symbol: name, text };
}
