import { setImmediate as afterEvents } from 'node:timers/promises';
import type { FileEdit } from '../../../types/edit.ts';
import type { Syntax } from '../syntax/syntax.ts';
import type { Block } from './blocks.ts';
import { type Change, looksLikeDiff, readDiff, readSearchReplace } from './changes.ts';
import { type Answer, codeOf, cutOff, readAnswer, refuseElided, wholeCode } from './code.ts';
import { restoreHidden } from './hidden.ts';
import { importsEnd, splitImports } from './imports.ts';
import { detectIndentation, reindent } from './indent.ts';
import { bodiesOf, isBlank, readSource, type Source, trimBlank } from './lines.ts';
import { applyChanges, type Span } from './match.ts';
import { type EditedFile, editTo } from './outcome.ts';
import { type Placed, place, placeParts } from './place.ts';
import { unusable } from './refusal.ts';

/** A model's answer, and the file that it is about. */
export type AnsweredEdit = Answer & EditedFile;

export interface EditOutcome {
  /** Absent where the answer changes nothing. */
  edit?: FileEdit;
  /** What the model said beside the code. */
  explanation: string;
}

/**
 * The change that an answer means, line by line. Throws `unusable_answer` where that can't be told, where code
 * is left out, or where the file would not parse any more: nothing is ever guessed into a file.
 */
export async function editFromAnswer(given: AnsweredEdit, syntax: Syntax): Promise<EditOutcome> {
  const { blocks, explanation } = readAnswer(given);
  await afterEvents();
  const source = readSource(given.text);
  const changes = changesOf(given.answer, blocks);
  await afterEvents();
  const after = changes ? withChanges(given, source, changes) : await withCode(given, source, blocks);
  await afterEvents();
  const edit = await editTo({ file: given, source, after }, syntax);
  return { explanation, ...(edit && { edit }) };
}

/** The changes of an answer that is a diff, or search-and-replace blocks; undefined where it is plain code. */
function changesOf(answer: string, blocks: readonly Block[]): Change[] | undefined {
  const replacing = readSearchReplace(answer);
  if (replacing === null) throw unusable('has a search-and-replace block without its end.');
  if (replacing && replacing.length > 0) return replacing;
  const changes = blocks.filter(isDiff).flatMap(({ code }) => readDiff(code));
  if (changes.length > 0) return changes;
  if (blocks.length > 0) return undefined;
  const lines = bodiesOf(answer);
  const start = lines.findIndex((line) => /^(?:--- |@@ |diff --git )/.test(line));
  if (start === -1 || !looksLikeDiff(lines)) return undefined;
  const bare = readDiff(trimBlank(lines.slice(start)));
  return bare.length > 0 ? bare : undefined;
}

function isDiff({ language, code }: Block): boolean {
  const called = /^(?:diff|patch)$/.test(language) && code.some((line) => /^[+-]/.test(line));
  return called || looksLikeDiff(code);
}

function withChanges({ cut }: AnsweredEdit, { bodies }: Source, changes: readonly Change[]): string[] {
  if (cut) throw cutOff();
  for (const { search, replace } of changes) refuseElided(replace, [...search, ...bodies]);
  const whole = changes.map((change) => ({
    ...change,
    search: restoreHidden(change.search, bodies),
    replace: restoreHidden(change.replace, bodies),
  }));
  return applyChanges(bodies, whole, detectIndentation(bodies));
}

async function withCode(given: AnsweredEdit, source: Source, blocks: readonly Block[]): Promise<string[]> {
  const file = source.bodies;
  const all: Span = { start: 0, end: file.length };
  const region = spanOf(given, source);
  const original = file.slice((region ?? all).start, (region ?? all).end);
  const written = codeOf(given, blocks, original);
  await afterEvents();
  const codes = written.map((code) => wholeCode(code, file, given));
  const [only = []] = codes;
  await afterEvents();
  if (codes.length > 1) return replaceAll(source, placeParts(codes, file, region ?? all));
  const { imports, code } = splitImports(only, file, region ?? all);
  const placed = place(code, file, region);
  await afterEvents();
  // An answer that is the whole file keeps its imports where they are.
  if (placed.span.start === 0 && placed.span.end === file.length) {
    return replaceAll(source, [{ span: placed.span, code: only }]);
  }
  const at = importsEnd(file, placed.span.start);
  const hoisted = imports.length > 0 ? [{ span: { start: at, end: at }, code: imports }] : [];
  return replaceAll(source, [...hoisted, placed]);
}

function spanOf({ range }: AnsweredEdit, { bodies }: Source): Span | undefined {
  if (!range) return undefined;
  return { start: Math.min(range.startLine - 1, bodies.length), end: Math.min(range.endLine, bodies.length) };
}

/** The file's lines with each piece of code in place of its span, indented as what it replaces. */
function replaceAll({ bodies }: Source, placed: readonly Placed[]): string[] {
  const file = detectIndentation(bodies);
  const out: string[] = [];
  let next = 0;
  for (const { span, code } of placed) {
    const original = bodies.slice(span.start, span.end);
    out.push(...bodies.slice(next, span.start));
    if (original.every(isBlank)) out.push(...code);
    else {
      // Blank lines at the ends of the span belong to the surroundings.
      const lead = original.findIndex((line) => !isBlank(line));
      const tail = original.findLastIndex((line) => !isBlank(line)) + 1;
      out.push(...original.slice(0, lead), ...reindent(code, { original, file }), ...original.slice(tail));
    }
    next = span.end;
  }
  out.push(...bodies.slice(next));
  return out;
}
