import type { LRUCache } from 'lru-cache';
import type { Pace } from '../kernel/pace.ts';
import { inverseFrequency, type Weights } from '../recall/text/bm25.ts';
import { tokenize } from '../recall/text/tokens.ts';
import { type FileSystem, readText } from './fileSystem.ts';
import { countIn, EMPTY_SKETCH, hashWord, type Sketch, SketchBuilder } from './sketch.ts';
import type { WalkedFile } from './walk.ts';

/** A sketch and the state of the file that it was made of. */
interface Sketched {
  mtimeMs: number;
  bytes: number;
  sketch: Sketch;
}

export type SketchCache = LRUCache<string, Sketched>;

export interface SurveyOptions {
  query: readonly string[];
  pace: Pace;
  fs: FileSystem;
  cache: SketchCache;
  /** True once no more time may be spent. */
  late(): boolean;
  onProgress(files: number): void;
}

export interface Survey {
  /** Files that share words with the question, the most promising first. */
  files: WalkedFile[];
  /** Files looked at. */
  looked: number;
  /** What each word of the question tells, judged over all the files looked at. */
  weights: Weights;
  /** False where time ran out. */
  complete: boolean;
}

/** Files read at once: enough to hide the waiting, few enough to hold little. */
const BATCH = 16;
/** Files between two words on progress. */
const PROGRESS = 200;
/** Characters that are cut into words in one go. */
const SLICE = 64 * 1024;
/** A text with longer lines than this on average was not written by hand. */
const MAX_AVERAGE_LINE = 500;
/** How soon a repeated word stops adding; length is left out, since a part of a file will be the answer. */
const SATURATION = 1.2;

interface Match {
  file: WalkedFile;
  /** By the word's position in the question. */
  counts: Uint8Array;
}

/**
 * Looks at every file once, by its sketch where the file is as it was, and says which to read. The paths
 * count as text.
 */
export async function survey(files: AsyncIterable<WalkedFile>, options: SurveyOptions): Promise<Survey> {
  const hashes = options.query.map(hashWord);
  const having = new Uint32Array(hashes.length);
  const matches: Match[] = [];
  let looked = 0;
  let complete = true;
  for await (const batch of batches(files, BATCH)) {
    const sketches = await sketchAll(batch, options);
    for (const [i, file] of batch.entries()) {
      const counts = countWords(hashes, sketches[i] ?? EMPTY_SKETCH, file.path);
      counts.forEach((count, word) => {
        if (count > 0) having[word] = (having[word] ?? 0) + 1;
      });
      if (counts.some((count) => count > 0)) matches.push({ file, counts });
      if (++looked % PROGRESS === 0) options.onProgress(looked);
      await options.pace.rest();
    }
    if (options.late()) {
      complete = false;
      break;
    }
  }
  options.onProgress(looked);
  const weights = new Map<string, number>();
  options.query.forEach((word, i) => {
    if (having[i]) weights.set(word, inverseFrequency(looked, having[i]));
  });
  return { files: mostPromising(matches, options.query, weights), looked, weights, complete };
}

async function* batches<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[], void, void> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Reading overlaps; cutting into words does not, since it holds the loop. */
async function sketchAll(batch: readonly WalkedFile[], options: SurveyOptions): Promise<Sketch[]> {
  const { cache, fs, pace } = options;
  const pending = batch.map((file) => {
    const known = cache.get(file.absolute);
    const fresh = known && known.mtimeMs === file.mtimeMs && known.bytes === file.bytes;
    return fresh ? known.sketch : readText(file.absolute, fs);
  });
  const sketches: Sketch[] = [];
  for (const [i, file] of batch.entries()) {
    const known = await pending[i];
    if (known && 'words' in known) sketches.push(known);
    else {
      const sketch = known && 'text' in known ? await sketchText(known.text, pace) : EMPTY_SKETCH;
      cache.set(file.absolute, { mtimeMs: file.mtimeMs, bytes: file.bytes, sketch });
      sketches.push(sketch);
    }
  }
  return sketches;
}

async function sketchText(text: string, pace: Pace): Promise<Sketch> {
  if (isDense(text)) return EMPTY_SKETCH;
  const builder = new SketchBuilder();
  for (let at = 0; at < text.length; ) {
    const end = lineEndNear(text, at + SLICE);
    builder.add(tokenize(text.slice(at, end)));
    at = end;
    await pace.rest();
  }
  return builder.build();
}

/** Generated or packed text: its passages would be of no use to a reader. */
export function isDense(text: string): boolean {
  let lines = 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines++;
  return text.length / lines > MAX_AVERAGE_LINE;
}

function lineEndNear(text: string, at: number): number {
  if (at >= text.length) return text.length;
  const next = text.indexOf('\n', at);
  return next === -1 ? text.length : next + 1;
}

function countWords(hashes: readonly number[], sketch: Sketch, path: string): Uint8Array {
  const counts = Uint8Array.from(hashes, (hash) => countIn(sketch, hash));
  const inPath = new Set(tokenize(path).map(hashWord));
  hashes.forEach((hash, i) => {
    if (inPath.has(hash)) counts[i] = Math.min(255, (counts[i] ?? 0) + 1);
  });
  return counts;
}

function mostPromising(matches: readonly Match[], query: readonly string[], weights: Weights): WalkedFile[] {
  const promise = ({ counts }: Match) =>
    counts.reduce(
      (sum, count, i) => sum + ((weights.get(query[i] ?? '') ?? 0) * count) / (count + SATURATION),
      0,
    );
  return matches
    .map((match) => ({ file: match.file, promise: promise(match) }))
    .sort((a, b) => b.promise - a.promise || (a.file.path < b.file.path ? -1 : 1))
    .map(({ file }) => file);
}
