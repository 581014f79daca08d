import type { Defined } from '../../../workspace/chunk/structure.ts';
import { definitionsIn, extentOf, leadOf } from '../answers/extent.ts';
import { bodiesOf } from '../answers/lines.ts';
import type { Code, Syntax } from './syntax.ts';

/** What a file defines, at every depth, in the order of its lines: by its syntax, else by its lines. */
export async function outline(code: Code, syntax: Syntax): Promise<Defined[]> {
  const found = await syntax.structureOf(code);
  return found && found.defined.length > 0 ? found.defined : byLines(code.text);
}

function byLines(text: string): Defined[] {
  const lines = bodiesOf(text);
  return definitionsIn(lines).map(({ name, at }) => ({
    name,
    startLine: leadOf(lines, at) + 1,
    endLine: extentOf(lines, at).end,
  }));
}

/** The innermost definition around these lines; undefined where they are in none, or in more than one. */
export function enclosingOf(
  defined: readonly Defined[],
  { startLine, endLine }: { startLine: number; endLine: number },
): Defined | undefined {
  return defined
    .filter((one) => one.startLine <= startLine && one.endLine >= endLine)
    .sort((a, b) => a.endLine - a.startLine - (b.endLine - b.startLine))[0];
}
