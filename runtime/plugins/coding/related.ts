import type { CodeSymbol } from '../../types/codeSymbol.ts';
import { SYMBOLS_FOR } from '../../types/coding.ts';
import type { Piece } from '../../types/state.ts';
import type { TaskContext } from './parts.ts';
import { definitionsUsed, usesNearby } from './syntax/known.ts';
import { outline } from './syntax/outline.ts';
import type { Target } from './target.ts';

type Kind = CodeSymbol['kind'];

/** Characters of each kind that a prompt takes, at about three to a token: a small window is 4,000 tokens. */
const BUDGET: Readonly<Record<Kind, number>> = {
  definition: 4_000,
  type: 1_500,
  signature: 900,
  reference: 1_500,
};

/**
 * What is known of the names in the target, as far as it helps the task, the most useful first: from the editor's
 * language services; where none answered, from the syntax of the file and of those that it imports.
 */
export async function relatedPieces(context: TaskContext, target: Target): Promise<Piece[]> {
  const { task, symbols } = context.request;
  const kinds = SYMBOLS_FOR[task] ?? [];
  const told = symbols.filter((symbol) => symbol.kind === 'signature' || !within(target, symbol));
  if (told.length === 0) return fromSyntax(context, target, kinds);
  return kinds.flatMap((kind) => {
    const own = affordable(
      told.filter((symbol) => symbol.kind === kind),
      BUDGET[kind],
    );
    return kind === 'signature' ? signatures(own, target) : own.map(toPiece);
  });
}

async function fromSyntax(context: TaskContext, target: Target, kinds: readonly Kind[]): Promise<Piece[]> {
  if (kinds.length === 0) return [];
  const defined = await outline(target, context.parts.syntax);
  const found = await Promise.all(
    kinds.map(async (kind): Promise<Piece[]> => {
      if (kind === 'definition')
        return affordable(await definitionsUsed(context, target, defined), BUDGET[kind]);
      if (kind === 'reference') return affordable(usesNearby(target, defined), BUDGET[kind]);
      return [];
    }),
  );
  return found.flat();
}

function toPiece({ path, startLine, endLine, name, text }: CodeSymbol): Piece {
  return { kind: 'code', path, startLine, endLine, symbol: name, text };
}

/** All in one piece: each is a line or two. */
function signatures(told: readonly CodeSymbol[], { path }: Target): Piece[] {
  const [first] = told;
  if (!first) return [];
  const lines = told.map(({ startLine }) => startLine);
  const text = ['The editor shows these types:', ...told.map((one) => one.text)].join('\n');
  return [{ kind: 'code', path, startLine: Math.min(...lines), endLine: Math.max(...lines), text }];
}

/** The first ones, as many as fit. */
function affordable<T extends { text: string }>(items: readonly T[], characters: number): T[] {
  let left = characters;
  return items.filter(({ text }) => {
    if (text.length > left) return false;
    left -= text.length;
    return true;
  });
}

/** Whether it stands among the lines that are shown anyway. */
function within({ path, range, selected }: Target, symbol: CodeSymbol): boolean {
  if (symbol.path !== path) return false;
  return !selected || (symbol.startLine >= range.startLine && symbol.startLine <= range.endLine);
}
