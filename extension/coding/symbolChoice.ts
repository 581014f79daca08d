import type { CodeSymbol } from '../../runtime/types/codeSymbol.ts';
import { type CodingTask, SYMBOLS_FOR } from '../../runtime/types/coding.ts';

type Kind = CodeSymbol['kind'];

/** How many of a kind are carried, and characters of each. */
const MOST: Readonly<Record<Kind, { count: number; characters: number }>> = {
  definition: { count: 5, characters: 2_000 },
  type: { count: 3, characters: 1_000 },
  signature: { count: 8, characters: 300 },
  reference: { count: 5, characters: 600 },
};
const IMPORT =
  /^\s*(?:import\b|from\s+\S+\s+import\b|export\s.*\bfrom\b|.*\brequire\(|using\s|use\s|#include\b)/;

/** A line in which a name is used. */
export interface Use {
  path: string;
  /** Counts from 0. */
  line: number;
  text: string;
}

/**
 * The uses that tell most: calls before imports, one of each file before the second of any, those in the own file
 * last. Lines next to one another are one use.
 */
export function usefulUses(uses: readonly Use[], ownPath: string, most = MOST.reference.count): Use[] {
  const seen = new Map<string, number>();
  return apart(uses)
    .map((use) => {
      const imports = IMPORT.test(use.text) ? 1 : 0;
      const turn = seen.get(`${imports}${use.path}`) ?? 0;
      seen.set(`${imports}${use.path}`, turn + 1);
      return { use, order: [use.path === ownPath ? 1 : 0, imports, turn] };
    })
    .sort((a, b) => compare(a.order, b.order))
    .slice(0, most)
    .map(({ use }) => use);
}

/** In the order of their files and lines; of lines next to one another the first. */
function apart(uses: readonly Use[]): Use[] {
  const paths = [...new Set(uses.map(({ path }) => path))];
  return paths.flatMap((path) => {
    const own = uses.filter((use) => use.path === path).sort((a, b) => a.line - b.line);
    return own.filter(({ line }, i) => line - (own[i - 1]?.line ?? -2) > 1);
  });
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

/** What is carried of what was found: the kinds that the task has a use for, each within its bounds, none twice. */
export function chooseSymbols(found: readonly CodeSymbol[], task: CodingTask): CodeSymbol[] {
  const seen = new Set<string>();
  return (SYMBOLS_FOR[task] ?? []).flatMap((kind) => {
    const { count, characters } = MOST[kind];
    return found
      .filter((symbol) => symbol.kind === kind && symbol.text.trim() !== '' && isNew(symbol, seen))
      .slice(0, count)
      .map((symbol) => shortened(symbol, characters));
  });
}

/** A definition is the same place, however it was come to; a signature is the same text. */
function isNew({ kind, path, startLine, text }: CodeSymbol, seen: Set<string>): boolean {
  const key = kind === 'signature' ? text : `${path}:${startLine}`;
  if (seen.has(key)) return false;
  seen.add(key);
  return true;
}

/** Whole lines of it, the first at least. */
function shortened(symbol: CodeSymbol, characters: number): CodeSymbol {
  if (symbol.text.length <= characters) return symbol;
  const end = symbol.text.lastIndexOf('\n', characters);
  const text = symbol.text.slice(0, end === -1 ? characters : end);
  if (symbol.kind === 'signature') return { ...symbol, text };
  return { ...symbol, text, endLine: symbol.startLine + text.split('\n').length - 1 };
}

/** What an editor's hover says of a name: the code that it begins with, without the words about it. */
export function signatureIn(hover: string): string | undefined {
  const code = /^\s*(`{3,})[^\n]*\n([\s\S]*?)\n\s*\1/m.exec(hover)?.[2] ?? '';
  const text = code
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .join('\n');
  return text === '' ? undefined : text;
}
