import { type Block, readBlocks } from './blocks.ts';
import { type Candidate, chooseCode } from './choose.ts';
import { elidedLine } from './elision.ts';
import { restoreHidden } from './hidden.ts';
import { trimBlank } from './lines.ts';
import { pathOfComment, pathOfInfo, pathOfWords, samePath } from './paths.ts';
import { unfencedCode } from './prose.ts';
import { quoted, unusable } from './refusal.ts';

/** No model of one's own machine writes more, in UTF-16 code units: about 80,000 tokens. */
const MAX_ANSWER = 250_000;
const MAX_EXPLANATION = 4_000;

/** A model's answer about a file. */
export interface Answer {
  answer: string;
  path: string;
  languageId?: string | undefined;
  /** The model ran out of room before its answer was at its end. */
  cut?: boolean;
}

/** The blocks of an answer that is about this file, and what is said beside them. */
export function readAnswer({ answer, path }: Answer): { blocks: Block[]; explanation: string } {
  if (answer.trim() === '') throw unusable('is empty.');
  if (answer.length > MAX_ANSWER) throw unusable('is far too long: more than 250 kB.');
  const { blocks, prose } = readBlocks(answer);
  checkPath(blocks, path);
  return { blocks, explanation: blocks.length === 0 ? '' : explanationOf(prose) };
}

function explanationOf(prose: readonly string[]): string {
  return trimBlank(prose)
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .slice(0, MAX_EXPLANATION);
}

/** The answer may be about another file than the one that was asked about. */
function checkPath(blocks: readonly Block[], path: string): void {
  const [block] = blocks;
  if (!block || blocks.length > 1) return;
  const named = pathOfInfo(block.info) ?? headPath(block);
  if (named === undefined || samePath(named, path)) return;
  if (named.split('/').at(-1) === path.split('/').at(-1)) return;
  if (!named.includes('/') && pathOfInfo(block.info) === undefined) return;
  throw unusable(
    `is about ${named}, not about ${path}.`,
    'Open that file, and ask there. Nothing was changed.',
  );
}

/** The path in the block's first line, or in the title right before it. */
function headPath({ code, before }: Block): string | undefined {
  const title = /^\W*(?:file(?:name|path)?\b|[`*])/i.test(before);
  return pathOfComment(code[0] ?? '') ?? (title ? pathOfWords(before) : undefined);
}

/** The code that the answer gives for these lines: one piece, or several that belong in several places. */
export function codeOf(given: Answer, blocks: readonly Block[], original: readonly string[]): string[][] {
  const parts = candidates(given, blocks, original);
  if (given.cut && parts.some(({ closed }) => !closed)) throw cutOff();
  return parts.map(({ code }) => code);
}

function candidates(given: Answer, blocks: readonly Block[], original: readonly string[]): Candidate[] {
  const { answer, languageId: language = '' } = given;
  if (blocks.length > 0) return chooseCode(blocks, { original, language }).parts;
  const code = unfencedCode(answer, original, isWords(given));
  if (code.length === 0) throw unusable('holds no code.');
  return [{ code, closed: false }];
}

/** Whether the file is written for readers: sentences and fences are its own then. */
function isWords({ path, languageId = '' }: Pick<Answer, 'path' | 'languageId'>): boolean {
  return (
    /^(?:markdown|mdx|plaintext|restructuredtext|asciidoc)$/.test(languageId) ||
    /\.(?:mdx?|txt|rst|adoc)$/i.test(path)
  );
}

/** No code begins a line so: the answer's own fences could not be told from its text. */
function refuseFences(code: readonly string[], file: readonly string[]): void {
  const line = code.find((own) => /^(?:`{3,}|~{3,})/.test(own) && !file.includes(own));
  if (line !== undefined) throw unusable(`mixes code and its fences: ${quoted(line)}.`);
}

/** Checked to be whole, without the comment that names the file, with secrets in their places. */
export function wholeCode(
  code: readonly string[],
  file: readonly string[],
  given: Pick<Answer, 'path' | 'languageId'>,
): string[] {
  const [first = ''] = code;
  const named = pathOfComment(first) !== undefined && !file.includes(first);
  const own = named ? trimBlank(code.slice(1)) : [...code];
  refuseElided(own, file);
  if (!isWords(given)) refuseFences(own, file);
  return restoreHidden(own, file);
}

/** Throws where a line stands for code that was left out. */
export function refuseElided(code: readonly string[], original: readonly string[]): void {
  const line = elidedLine(code, original);
  if (line === undefined) return;
  throw unusable(
    `leaves code out: ${quoted(line)}.`,
    'Ask for all of the code, or choose fewer lines. Nothing was changed.',
  );
}

export function cutOff() {
  return unusable(
    'was cut off before its end.',
    'Choose fewer lines, or set a larger context. Nothing was changed.',
  );
}
