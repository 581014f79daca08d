import { likeness } from './choose.ts';
import { definitionOf, definitionsIn, extentOf, leadOf } from './extent.ts';
import { isBlank, isTrivial, squeezed, trimBlank } from './lines.ts';
import type { Span } from './match.ts';
import { unusable } from './refusal.ts';

/** Code and the lines of the file that it replaces. */
export interface Placed {
  span: Span;
  code: string[];
}

const SELECT = 'Select the lines that it is meant for, and ask again.';
/** How much of a file's lines an answer must hold to be taken for the file. */
const WHOLE = 0.5;
const MOST = 0.8;
const MAX_CONTEXT = 12;
const FEW_LINES = 6;

/** Where an answer belongs that was asked for as a replacement of `region`, or of the whole file. */
export function place(code: readonly string[], file: readonly string[], region?: Span): Placed {
  const all: Span = { start: 0, end: file.length };
  if (file.every(isBlank)) return { span: all, code: [...code] };
  if (!region || (region.start === 0 && region.end >= file.length)) return placeInFile(code, file);
  const outside = [...file.slice(0, region.start), ...file.slice(region.end)].filter(tells);
  if (outside.length >= 3 && likeness(outside, code) >= WHOLE && !enclosing(code, file, region)) {
    return { span: all, code: [...code] };
  }
  return (
    withoutContext(code, file, region) ??
    enclosing(code, file, region) ??
    partOf(code, file, region) ?? { span: region, code: [...code] }
  );
}

/** A file, or one of its definitions. */
function placeInFile(code: readonly string[], file: readonly string[]): Placed {
  const defined = definitionsIn(file);
  const names = defined.map(({ name }) => name);
  const kept = new Set(definitionsIn(code).map(({ name }) => name));
  const lost = names.filter((name) => !kept.has(name));
  if (defined.length === 0 ? isText(code, file) : isWhole(code, file, { names, lost })) {
    return { span: covered(code, file), code: [...code] };
  }
  const part = partOf(code, file, { start: 0, end: file.length });
  if (part) return part;
  if (lost.length > 0 && begins(code, file)) throw leavesOut(lost);
  throw unusable('is only a part of the file, and where it belongs can not be told.', SELECT);
}

/** An answer is taken for the whole file where nothing is lost by it, or only something in the middle. */
function isWhole(
  code: readonly string[],
  file: readonly string[],
  { names, lost }: { names: readonly string[]; lost: readonly string[] },
): boolean {
  if (lost.length === 0) return true;
  const enough = likeness(file.filter(tells), code) >= WHOLE;
  if (!enough || !begins(code, file) || lost.includes(names.at(-1) ?? '')) return false;
  if (lost.length >= 2 && lost.length > names.length / 2) throw leavesOut(lost);
  return true;
}

/** The same for what defines nothing: data, prose, a script. */
function isText(code: readonly string[], file: readonly string[]): boolean {
  const telling = file.filter(tells);
  const share = likeness(telling, code);
  const ends = begins(code, file) && begins([...code].reverse(), [...file].reverse());
  if (share >= MOST || (share >= WHOLE && ends)) return true;
  return telling.length <= FEW_LINES && code.filter(tells).length >= telling.length * WHOLE;
}

/**
 * The lines that an answer covers which gives all that is defined: where it has nothing of what stands before the
 * first definition, or after the last, that stays.
 */
function covered(code: readonly string[], file: readonly string[]): Span {
  const defined = definitionsIn(file);
  const own = definitionsIn(code);
  const [first] = defined;
  const last = defined.at(-1);
  const [ownFirst] = own;
  const ownLast = own.at(-1);
  if (!first || !last || !ownFirst || !ownLast) return { start: 0, end: file.length };
  const start = leadOf(file, first.at);
  const { end } = extentOf(file, last.at);
  const head = code.slice(0, leadOf(code, ownFirst.at)).some(tells) || !file.slice(0, start).some(tells);
  const tail = code.slice(extentOf(code, ownLast.at).end).some(tells) || !file.slice(end).some(tells);
  return {
    start: head ? 0 : ownFirst.at > 0 ? start : first.at,
    end: tail ? file.length : end,
  };
}

function begins(code: readonly string[], file: readonly string[]): boolean {
  const first = file.find(tells);
  return first !== undefined && code.some((line) => squeezed(line) === squeezed(first));
}

function leavesOut(names: readonly string[]) {
  const shown = names.slice(0, 3).join(', ');
  return unusable(`leaves out ${names.length > 3 ? `${shown} and ${names.length - 3} more` : shown}.`);
}

/** One or several definitions that stand in the region beside others. */
function partOf(code: readonly string[], file: readonly string[], region: Span): Placed | undefined {
  const defined = definitionsIn(code);
  const [first] = defined;
  const last = defined.at(-1);
  if (!first || !last) return undefined;
  const inRegion = definitionsIn(file.slice(region.start, region.end));
  const from = definitionOf(file, first.name, region);
  const to = definitionOf(file, last.name, region);
  if (from === undefined || to === undefined || to < from) return undefined;
  const span = { start: first.at > 0 ? leadOf(file, from) : from, end: extentOf(file, to).end };
  const one = inRegion.length <= 1 && inRegion[0]?.at === from - region.start;
  if (one && span.end >= region.end) return undefined;
  // What lies between the first and the last must be there too, or it would be lost.
  const names = new Set(defined.map(({ name }) => name));
  const between = definitionsIn(file.slice(span.start, span.end)).filter(({ name }) => !names.has(name));
  if (between.length > 0) throw leavesOut(between.map(({ name }) => name));
  return { span, code: [...code] };
}

/** Places each of several blocks by what it defines. */
export function placeParts(
  parts: readonly (readonly string[])[],
  file: readonly string[],
  region: Span,
): Placed[] {
  const placed = parts.map((code) => {
    const part = partOf(code, file, region);
    if (!part) throw unusable('has several blocks, and where they belong can not be told.', SELECT);
    return part;
  });
  placed.sort((a, b) => a.span.start - b.span.start);
  for (const [i, { span }] of placed.entries()) {
    if (span.start < (placed[i - 1]?.span.end ?? 0)) throw unusable('changes the same lines twice.');
  }
  return placed;
}

/** The lines around the region are repeated at the ends of the answer: they are taken off. */
export function withoutContext(
  code: readonly string[],
  file: readonly string[],
  region: Span,
): Placed | undefined {
  const own = file.slice(region.start, region.end);
  const head = repeated(
    code,
    file.slice(0, region.start).filter((line) => !isBlank(line)),
    own,
  );
  const left = code.slice(head);
  const after = file.slice(region.end).filter((line) => !isBlank(line));
  const tail = repeated([...left].reverse(), [...after].reverse(), [...own].reverse());
  let kept = left.slice(0, left.length - tail);
  if (head === 0 && tail === 0) return undefined;
  // A closing bracket of the surroundings says nothing by itself, but it must go with its opening one.
  for (const line of after.slice(0, 3)) {
    const end = kept.findLastIndex((own) => !isBlank(own));
    const closes = isTrivial(line) && squeezed(kept[end] ?? '') === squeezed(line);
    if (tail > 0 || !closes || balance(kept) >= balance(own)) break;
    kept = kept.slice(0, end);
  }
  return { span: region, code: trimBlank(kept) };
}

/** How many of the first lines are the last ones of what stands before, unless the region begins so itself. */
function repeated(code: readonly string[], before: readonly string[], own: readonly string[]): number {
  const first = own.find((line) => !isBlank(line)) ?? '';
  for (let count = Math.min(MAX_CONTEXT, before.length, code.length); count > 0; count--) {
    const context = before.slice(-count);
    const used = firstLines(code, count);
    if (!used || !context.some(tells)) continue;
    if (!context.every((line, i) => squeezed(line) === squeezed(used.lines[i] ?? ''))) continue;
    if (squeezed(context[0] ?? '') === squeezed(first)) continue;
    return used.end;
  }
  return 0;
}

/** The first lines that are not blank, and where they end. */
function firstLines(code: readonly string[], count: number): { lines: string[]; end: number } | undefined {
  const lines: string[] = [];
  for (const [i, line] of code.entries()) {
    if (isBlank(line)) continue;
    lines.push(line);
    if (lines.length === count) return { lines, end: i + 1 };
  }
  return undefined;
}

/** The whole function or class around the region came back. */
function enclosing(code: readonly string[], file: readonly string[], region: Span): Placed | undefined {
  const head = code.find(tells);
  if (head === undefined) return undefined;
  const own = file.slice(region.start, region.end).find(tells);
  if (own !== undefined && squeezed(own) === squeezed(head)) return undefined;
  const at = file.slice(0, region.start).findLastIndex((line) => squeezed(line) === squeezed(head));
  if (at === -1) return undefined;
  const span = extentOf(file, at);
  if (span.end < region.end || (span.start === 0 && span.end === file.length)) return undefined;
  const around = [...file.slice(span.start, region.start), ...file.slice(region.end, span.end)].filter(tells);
  if (likeness(around, code) < WHOLE) {
    throw unusable('repeats only a part of what stands around the lines.', SELECT);
  }
  return { span, code: [...code] };
}

function tells(line: string): boolean {
  return !isTrivial(line);
}

/** Opening brackets less closing ones, those in plain strings aside. */
function balance(lines: readonly string[]): number {
  let open = 0;
  for (const line of lines) {
    for (const [mark] of line.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '').matchAll(/[()[\]{}]/g)) {
      open += '([{'.includes(mark) ? 1 : -1;
    }
  }
  return open;
}
