import { definedName } from '../../../workspace/definitions.ts';
import type { Block } from './blocks.ts';
import { isBlank, isTrivial, squeezed, trimBlank } from './lines.ts';
import { unusable } from './refusal.ts';

const SHELL = /^(?:bash|sh|shell|zsh|console|powershell|ps1|cmd|terminal|text|txt|output|plaintext|log)$/;
const EARLIER =
  /\b(?:original|before|current(?:ly)?|old|existing|you have|problem(?:atic)? (?:code|line)|instead of|wrong)\b/i;
const FINAL =
  /\b(?:after|final|complete|full|updated|fixed|corrected|refactored|improved|entire|result|whole|revised)\b/i;
const BESIDE =
  /\b(?:usage|example|use it|call it|to run|run (?:it|the)|install|output|tests? it|would print)\b/i;

/** Code that is meant for one place. */
export interface Candidate {
  code: string[];
  closed: boolean;
}

interface Chosen {
  /** One whole, or several parts that each belong elsewhere. */
  parts: Candidate[];
}

/**
 * Which of an answer's blocks is the code that was asked for. What was there before, commands, output and
 * examples of use are not. Throws where two versions are left, since a guess would be wrong half of the time.
 */
export function chooseCode(
  blocks: readonly Block[],
  { original, language }: { original: readonly string[]; language: string },
): Chosen {
  const written = distinct(blocks.filter(({ code }) => !code.every(isBlank)));
  const left = sieve(written, [
    ({ language: tag }) => SHELL.test(language) || !SHELL.test(tag),
    ({ code }) => !sameText(code, original),
    ({ before }) => !BESIDE.test(before) || FINAL.test(before),
    ({ before }) => !EARLIER.test(before) || FINAL.test(before),
  ]);
  const [only] = left;
  if (!only) throw unusable('holds no code.');
  if (left.length === 1) return { parts: [toCandidate(only)] };
  const names = left.map(({ code }) => namesOf(code));
  const apart = names.every(
    (own, i) => own.size > 0 && names.every((other, j) => i === j || disjoint(own, other)),
  );
  if (apart) return { parts: left.map(toCandidate) };
  const final = left.filter(({ before }) => FINAL.test(before));
  const [marked] = final;
  if (final.length === 1 && marked) return { parts: [toCandidate(marked)] };
  const [best, second] = left
    .map((block) => ({ block, names: namesOf(block.code), likeness: likeness(block.code, original) }))
    .sort((a, b) => b.likeness - a.likeness);
  if (best && second && disjoint(best.names, second.names) && best.likeness >= 0.3) {
    if (best.likeness >= second.likeness * 2) return { parts: [toCandidate(best.block)] };
  }
  throw unusable(`holds ${left.length} versions of the code.`, 'Ask for one of them. Nothing was changed.');
}

/** Each test is dropped where nothing would be left. */
function sieve(blocks: readonly Block[], tests: readonly ((block: Block) => boolean)[]): readonly Block[] {
  return tests.reduce((left, test) => {
    const passed = left.filter(test);
    return passed.length > 0 ? passed : left;
  }, blocks);
}

function toCandidate({ code, closed }: Block): Candidate {
  return { code: trimBlank(code), closed };
}

function distinct(blocks: readonly Block[]): Block[] {
  return blocks.filter((block, i) => blocks.findLastIndex(({ code }) => sameText(code, block.code)) === i);
}

function sameText(a: readonly string[], b: readonly string[]): boolean {
  const text = (lines: readonly string[]) => trimBlank(lines).map(squeezed).join('\n');
  return text(a) === text(b);
}

function namesOf(code: readonly string[]): Set<string> {
  return new Set(code.flatMap((line) => definedName(line) ?? []));
}

function disjoint(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return [...a].every((name) => !b.has(name));
}

/** How much of the code stands in the original, from 0 to 1. */
export function likeness(code: readonly string[], original: readonly string[]): number {
  const known = new Set(original.map(squeezed));
  const telling = code.filter((line) => !isTrivial(line));
  if (telling.length === 0) return 0;
  return telling.filter((line) => known.has(squeezed(line))).length / telling.length;
}
