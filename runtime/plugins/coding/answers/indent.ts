import { isBlank, squeezed } from './lines.ts';

/** How a text is indented. */
export interface Indentation {
  /** One level: a tab, or so many spaces; undefined where nothing tells. */
  unit: string | undefined;
  /** How wide a tab is drawn, in columns. */
  tab: number;
}

const DEFAULT_TAB = 4;

export function indentOf(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

/** The width of white space, in columns. */
export function columns(indent: string, tab: number): number {
  let width = 0;
  for (const unit of indent) width = unit === '\t' ? width + tab - (width % tab) : width + 1;
  return width;
}

/** What most lines do: tabs, or the commonest step between two lines. */
export function detectIndentation(lines: readonly string[]): Indentation {
  let tabs = 0;
  let spaces = 0;
  let last = 0;
  const steps = new Map<number, number>();
  for (const line of lines) {
    if (isBlank(line)) continue;
    const indent = indentOf(line);
    if (indent.startsWith('\t')) tabs++;
    else if (indent !== '') spaces++;
    const step = Math.abs(indent.length - last);
    if (!indent.includes('\t') && step > 1) steps.set(step, (steps.get(step) ?? 0) + 1);
    last = indent.length;
  }
  if (tabs > 0 && tabs >= spaces) return { unit: '\t', tab: DEFAULT_TAB };
  const [step] = [...steps].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0] ?? [];
  const tab = step !== undefined && step <= 8 ? step : DEFAULT_TAB;
  return { unit: step === undefined ? undefined : ' '.repeat(step), tab };
}

export interface Reindenting {
  /** The lines that are replaced. */
  original: readonly string[];
  /** How the whole file is indented. */
  file: Indentation;
}

/**
 * Model's code at the depth and in the manner of the lines that it replaces. Where lines of both show the same
 * depth already, nothing is touched.
 */
export function reindent(code: readonly string[], { original, file }: Reindenting): string[] {
  const there = measure(original, file.tab);
  const own = detectIndentation(code);
  const tab = own.unit === '\t' || own.unit === undefined ? file.tab : own.unit.length;
  const here = measure(code, tab);
  if (!there || !here) return [...code];
  const fixed = firstLineOnly(here, there) ? [there.indent + (code[here.at] ?? '').trimStart()] : undefined;
  const lines = fixed ? [...code.slice(0, here.at), ...fixed, ...code.slice(here.at + 1)] : [...code];
  const first = fixed ? there.first : here.first;
  const scale = scaleOf(lines, { original, tab, own, file });
  if (first === there.first && scale === undefined) return lines;
  return lines.map((line) => {
    if (isBlank(line)) return '';
    const depth = columns(indentOf(line), tab) - first;
    return shifted(there.indent, depth, { file, unit: scale ?? 0 }) + line.trimStart();
  });
}

interface Measured {
  /** Index of the first line that is not blank. */
  at: number;
  indent: string;
  /** Its columns, and the fewest of the lines after it. */
  first: number;
  rest: number | undefined;
}

function measure(lines: readonly string[], tab: number): Measured | undefined {
  const at = lines.findIndex((line) => !isBlank(line));
  if (at === -1) return undefined;
  const indent = indentOf(lines[at] ?? '');
  const others = lines.slice(at + 1).filter((line) => !isBlank(line));
  const widths = others.map((line) => columns(indentOf(line), tab));
  return { at, indent, first: columns(indent, tab), rest: widths.length ? Math.min(...widths) : undefined };
}

/** The first line lost its indentation, as where the code begins right behind a fence; the rest has it. */
function firstLineOnly(here: Measured, there: Measured): boolean {
  return (
    here.first < there.first &&
    here.rest !== undefined &&
    here.rest === there.rest &&
    there.rest >= there.first
  );
}

interface Scaling extends Reindenting {
  tab: number;
  own: Indentation;
}

/** The code's own unit in columns where it has to be exchanged for the file's; undefined where it is the same. */
function scaleOf(lines: readonly string[], { original, file, tab, own }: Scaling): number | undefined {
  if (own.unit === undefined || file.unit === undefined || own.unit === file.unit) return undefined;
  if (own.unit === '\t' || file.unit === '\t') return tab;
  if (isFiner(lines, own.unit.length, file.unit.length)) return own.unit.length;
  return twinsDiffer(lines, original) ? own.unit.length : undefined;
}

/** Every depth is a multiple of the finer unit, and not every one of the coarser. */
function isFiner(lines: readonly string[], fine: number, coarse: number): boolean {
  const depths = depthsOf(lines).map(({ depth }) => depth);
  return (
    fine < coarse &&
    depths.every((depth) => depth % fine === 0) &&
    depths.some((depth) => depth % coarse !== 0)
  );
}

/** Whether lines that stand in both texts are of other depths here; true where none tells. */
function twinsDiffer(lines: readonly string[], original: readonly string[]): boolean {
  const there = new Map(depthsOf(original).map(({ text, depth }) => [text, depth]));
  let same = 0;
  let other = 0;
  for (const { text, depth } of depthsOf(lines)) {
    const twin = there.get(text);
    if (twin === undefined || (depth === 0 && twin === 0)) continue;
    if (twin === depth) same++;
    else other++;
  }
  return other > same || same === 0;
}

/** Each line and how far it is in from the first. */
function depthsOf(lines: readonly string[]): { text: string; depth: number }[] {
  const written = lines.filter((line) => !isBlank(line));
  const first = indentOf(written[0] ?? '').length;
  return written.map((line) => ({ text: squeezed(line), depth: indentOf(line).length - first }));
}

function shifted(base: string, depth: number, { file, unit }: { file: Indentation; unit: number }): string {
  if (depth < 0) return base.slice(0, Math.max(0, base.length + (file.unit === '\t' ? -1 : depth)));
  if (unit > 0 && file.unit !== undefined) {
    return base + file.unit.repeat(Math.floor(depth / unit)) + ' '.repeat(depth % unit);
  }
  if (file.unit !== '\t') return base + ' '.repeat(depth);
  return base + '\t'.repeat(Math.floor(depth / file.tab)) + ' '.repeat(depth % file.tab);
}
