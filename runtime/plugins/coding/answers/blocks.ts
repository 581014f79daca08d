import { bodiesOf, isBlank } from './lines.ts';

/** A fenced block of an answer. */
export interface Block {
  /** In lower case: "ts", "python", ''. */
  language: string;
  /** What stands after the opening fence. */
  info: string;
  code: string[];
  /** False where the answer ended before its fence did. */
  closed: boolean;
  /** The last words before it, in one line. */
  before: string;
}

export interface Blocks {
  blocks: Block[];
  /** What stands outside of them. */
  prose: string[];
}

interface Fence {
  indent: number;
  mark: string;
  info: string;
}

const MARKDOWN = /^(?:markdown|md|mdx)$/;
/** Tags that fence quoted text in our own prompts: small models repeat them. */
const OWN_TAG = /^\s*<\/?quote-\d+\b[^>]*>\s*$/;

/**
 * The fenced blocks of an answer, as a model meant them: fences of backticks or tildes, indented, within one
 * another, without an end, or with the end behind the last line.
 */
export function readBlocks(answer: string): Blocks {
  const lines = bodiesOf(answer).filter((line) => !OWN_TAG.test(line));
  const nested = scan(lines, true);
  const found = nested.blocks.some(({ closed }) => !closed) ? scan(lines, false) : nested;
  const [only] = found.blocks;
  // The one fence at the very end closes a block whose beginning is missing.
  if (found.blocks.length === 1 && only && !only.closed && only.info === '' && only.code.every(isBlank)) {
    return { blocks: [], prose: found.prose };
  }
  return found;
}

function scan(lines: readonly string[], nesting: boolean): Blocks {
  const blocks: Block[] = [];
  const prose: string[] = [];
  for (let at = 0; at < lines.length; ) {
    const fence = openingOf(lines[at] ?? '');
    if (!fence) {
      prose.push(lines[at] ?? '');
      at++;
      continue;
    }
    const end = endOfBlock(lines, at, { fence, nesting });
    blocks.push(toBlock(lines.slice(at + 1, end.code), { fence, closed: end.closed, prose }));
    at = end.next;
  }
  return { blocks, prose };
}

function openingOf(line: string): Fence | undefined {
  const match = /^([ \t]*)(`{3,}|~{3,})[ \t]*([^`]*)$/.exec(line);
  if (!match) return undefined;
  const [, indent = '', mark = '', info = ''] = match;
  return { indent: indent.length, mark, info: info.trim() };
}

interface BlockEnd {
  /** Index after the last line of code. */
  code: number;
  /** Where reading goes on. */
  next: number;
  closed: boolean;
}

function endOfBlock(
  lines: readonly string[],
  open: number,
  { fence, nesting }: { fence: Fence; nesting: boolean },
): BlockEnd {
  if (MARKDOWN.test(languageOf(fence.info)) && nesting) {
    const last = lines.findLastIndex((line, i) => i > open && closes(openingOf(line), fence));
    if (last > open) return { code: last, next: last + 1, closed: true };
  }
  let depth = 0;
  for (let at = open + 1; at < lines.length; at++) {
    const other = openingOf(lines[at] ?? '');
    if (!other || other.mark[0] !== fence.mark[0] || other.mark.length < fence.mark.length) continue;
    if (other.info !== '') {
      // A fence with a language opens: a block within this one, or the next after one without an end.
      if (!nesting) return { code: at, next: at, closed: false };
      depth++;
    } else if (depth === 0) return { code: at, next: at + 1, closed: true };
    else depth--;
  }
  return { code: lines.length, next: lines.length, closed: false };
}

function closes(other: Fence | undefined, fence: Fence): boolean {
  return (
    other !== undefined &&
    other.info === '' &&
    other.mark[0] === fence.mark[0] &&
    other.mark.length >= fence.mark.length
  );
}

function toBlock(
  lines: readonly string[],
  { fence, closed, prose }: { fence: Fence; closed: boolean; prose: readonly string[] },
): Block {
  const before = prose.findLast((line) => !isBlank(line)) ?? '';
  const code = lines.map((line) => withoutIndent(line, fence.indent));
  const block = { language: languageOf(fence.info), info: fence.info, code, closed, before: before.trim() };
  // Code that stands behind the opening fence.
  if (/[;={}]|\w\(/.test(fence.info) && !/title=|\{[\d,-]+\}/.test(fence.info)) {
    return { ...block, language: '', info: '', code: [fence.info, ...code] };
  }
  return closed ? block : withLateFence(block, fence);
}

/** "}```": the fence behind the last line of code. */
function withLateFence(block: Block, fence: Fence): Block {
  const at = block.code.findIndex((line) => line.trimEnd().endsWith(fence.mark) && !openingOf(line));
  if (at === -1) return block;
  const last = (block.code[at] ?? '').trimEnd().slice(0, -fence.mark.length);
  return { ...block, closed: true, code: [...block.code.slice(0, at), last] };
}

function withoutIndent(line: string, width: number): string {
  let at = 0;
  while (at < width && (line[at] === ' ' || line[at] === '\t')) at++;
  return line.slice(at);
}

/** "ts", of "ts:src/a.ts", "ts title=…" and "{.ts}"; '' where a path stands in its place. */
function languageOf(info: string): string {
  const [word = ''] = /^[^\s:{,]*/.exec(info.replace(/^\{\s*\.?/, '')) ?? [];
  return /[./\\]/.test(word) ? '' : word.toLowerCase().replace(/\}$/, '');
}
