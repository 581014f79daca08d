import { access } from 'node:fs/promises';
import path from 'node:path';
import type { StoredChunk } from '../../types/workspaceIndex.ts';
import type { Chunker } from '../chunk/chunker.ts';
import type { WordedChunk } from '../chunk/chunkFile.ts';
import { languageOf } from '../chunk/languages.ts';
import { readSource, type Source, sourceOf } from '../chunk/readSource.ts';
import type { ChunkTask } from '../chunk/work.ts';
import type { Candidate } from './search.ts';

/** A piece of a file that answers to a question, as it stands there now. Secrets in its text are redacted. */
export interface FoundChunk {
  root: string;
  /** Relative to the root, with forward slashes. */
  path: string;
  /** Lines count from 1; both ends belong to it. Of a PDF they count in its text. */
  startLine: number;
  endLine: number;
  text: string;
  /** Comparable within one search only. */
  score: number;
  language: string;
  symbol?: string;
  page?: number;
}

const MAX_TEXT = 4000;

export interface PresentParts {
  chunker: Chunker;
  /** What an open editor shows of a file, saved or not. */
  live(absolute: string): string | undefined;
  onStale(root: string, path: string): void;
}

/** What files say at this moment, each read once. */
class Present {
  readonly #parts: PresentParts;
  readonly #sources = new Map<string, Promise<Source | undefined>>();
  readonly #chunks = new Map<string, Promise<readonly WordedChunk[]>>();

  constructor(parts: PresentParts) {
    this.#parts = parts;
  }

  source({ root, path: relative }: StoredChunk): Promise<Source | undefined> {
    const absolute = path.join(root, relative);
    const reading = this.#sources.get(absolute) ?? this.#read(absolute, relative);
    this.#sources.set(absolute, reading);
    return reading;
  }

  /** The chunks of a file that is not as the index has it. */
  chunks({ root, path: relative }: StoredChunk): Promise<readonly WordedChunk[]> {
    const absolute = path.join(root, relative);
    const cutting = this.#chunks.get(absolute) ?? this.#cut(absolute, relative);
    this.#chunks.set(absolute, cutting);
    return cutting;
  }

  async #read(absolute: string, relative: string): Promise<Source | undefined> {
    const live = this.#parts.live(absolute);
    if (live !== undefined) return (await isThere(absolute)) ? sourceOf(live) : undefined;
    return readPresent(this.#parts.chunker, absolute, relative);
  }

  async #cut(absolute: string, relative: string): Promise<readonly WordedChunk[]> {
    const live = this.#parts.live(absolute);
    const task: ChunkTask =
      live === undefined
        ? { type: 'file', path: relative, absolute }
        : { type: 'text', path: relative, text: live };
    const [result] = await this.#parts.chunker.run([task]);
    return result?.type === 'chunks' ? result.chunks : [];
  }
}

/** An editor goes on showing what was deleted. */
function isThere(absolute: string): Promise<boolean> {
  return access(absolute).then(
    () => true,
    () => false,
  );
}

/** What a file on disk says now. A PDF is read by the chunker, since it takes its time. */
export async function readPresent(
  chunker: Chunker,
  absolute: string,
  relative: string,
): Promise<Source | undefined> {
  if (languageOf(relative).cut !== 'pdf') return readSource(absolute);
  const [result] = await chunker.run([{ type: 'read', path: relative, absolute }]);
  return result?.type === 'source' ? result.source : undefined;
}

/**
 * Turns candidates into what their files say now. Where a file was changed since, the same chunk is looked for
 * in it, at its new place; what is not there any more is left out. No two overlap.
 */
export async function presentChunks(
  candidates: readonly Candidate[],
  limit: number,
  parts: PresentParts,
): Promise<FoundChunk[]> {
  const present = new Present(parts);
  const found: FoundChunk[] = [];
  for (const { chunk, score } of candidates) {
    if (found.length >= limit) break;
    const source = await present.source(chunk);
    if (!source) {
      parts.onStale(chunk.root, chunk.path);
      continue;
    }
    let place: Pick<StoredChunk, 'startLine' | 'endLine' | 'symbol' | 'page'> | undefined = chunk;
    if (source.hash !== chunk.fileHash) {
      if (parts.live(path.join(chunk.root, chunk.path)) === undefined) parts.onStale(chunk.root, chunk.path);
      place = findAgain(chunk, await present.chunks(chunk));
    }
    if (!place) continue;
    const item = toFound({ chunk, score }, place, source);
    if (!found.some((other) => overlaps(other, item))) found.push(item);
  }
  return found;
}

/** The chunk of the same content, else what has its name. */
function findAgain(chunk: StoredChunk, chunks: readonly WordedChunk[]): WordedChunk | undefined {
  const same = chunks.find(({ hash }) => hash === chunk.hash);
  if (same || chunk.symbol === undefined) return same;
  return chunks.find(({ symbol, kind }) => symbol === chunk.symbol && kind === chunk.kind);
}

function toFound(
  { chunk, score }: Candidate,
  { startLine, endLine, symbol, page }: Pick<StoredChunk, 'startLine' | 'endLine' | 'symbol' | 'page'>,
  { lines }: Source,
): FoundChunk {
  const text = lines
    .slice(startLine - 1, endLine)
    .join('\n')
    .slice(0, MAX_TEXT);
  const { root, path, language } = chunk;
  return {
    root,
    path,
    startLine,
    endLine,
    text,
    score,
    language,
    ...(symbol !== undefined && { symbol }),
    ...(page !== undefined && { page }),
  };
}

function overlaps(a: FoundChunk, b: FoundChunk): boolean {
  if (a.path !== b.path || a.root !== b.root) return false;
  return a.startLine <= b.endLine && a.endLine >= b.startLine;
}
