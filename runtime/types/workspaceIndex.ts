import type { BlobStore } from './recall.ts';

/** What a chunk mostly is. */
export type ChunkKind = 'function' | 'class' | 'type' | 'value' | 'section' | 'rows' | 'page' | 'block';

/** A piece of a file that is found by itself. Lines count from 1; both ends belong to it. */
export interface Chunk {
  startLine: number;
  endLine: number;
  kind: ChunkKind;
  /** What it defines or belongs to: "Class.method", "Heading > Subheading". */
  symbol?: string;
  /** The line above it that says what it is a part of: a signature, the header of a table. */
  headLine?: number;
  /** Of a PDF: lines then count in the text of the whole document. */
  page?: number;
  /** Of everything that it is found by: path, symbol, head and text. */
  hash: string;
}

export interface StoredChunk extends Chunk {
  /** Never used again for another content. */
  id: number;
  root: string;
  path: string;
  language: string;
  fileHash: string;
  /** How often its embedding failed. */
  attempts: number;
}

/** A file as the index last saw it. Paths are relative to the root, with forward slashes. */
export interface IndexedFile {
  path: string;
  bytes: number;
  mtimeMs: number;
  hash: string;
}

/** What became of a file. Without chunks, it is remembered as one that is not to be read again. */
export interface FileUpdate extends IndexedFile {
  language: string;
  chunks: readonly Chunk[];
}

/** Which ids a change of one file brought and took. `ids` are those of the update's chunks, in their order. */
export interface FileChange {
  ids: number[];
  removed: number[];
}

export interface ChunkFilter {
  roots: readonly string[];
  /** A folder, a file, or a glob with * and ?, where * stands for slashes too. */
  path?: string;
  languages?: readonly string[];
}

/**
 * Where the index of workspaces keeps what it knows, but for the text: that stays in the files. All of it can
 * be made anew, so what is damaged is thrown away.
 */
export interface IWorkspaceIndexStore {
  /** Whether all files of a root were seen once. */
  isComplete(root: string): Promise<boolean>;
  setComplete(root: string, complete: boolean): Promise<void>;
  /** Those of a root, or those that are among the paths or below one of them. */
  files(root: string, within?: readonly string[]): Promise<IndexedFile[]>;
  /** One transaction. Chunks with the hash of an old one of their file keep its id. */
  put(root: string, updates: readonly FileUpdate[]): Promise<FileChange[]>;
  /** The same content under a new time or size. */
  touch(root: string, files: readonly IndexedFile[]): Promise<void>;
  /** Returns the ids of the chunks that went. */
  remove(root: string, paths: readonly string[]): Promise<number[]>;
  /** Those that are there. */
  chunks(ids: readonly number[]): Promise<StoredChunk[]>;
  /** In the order of ids, from after `after` on. */
  keys(after: number, limit: number): Promise<{ id: number; hash: string }[]>;
  find(filter: ChunkFilter): Promise<number[]>;
  /** Makes the files of these chunks be cut again at the next look. */
  forgetFiles(chunkIds: readonly number[]): Promise<void>;

  /** Chunks without a vector whose time has come, those of the latest changed files first. */
  waiting(limit: number, now: number): Promise<number[]>;
  /** Those of them that still wait, in the order of the ids. */
  stillWaiting(ids: readonly number[], now: number): Promise<StoredChunk[]>;
  setEmbedded(ids: readonly number[], embedded: boolean): Promise<void>;
  /** Without `retryAt` they are given up. */
  setFailed(ids: readonly number[], retryAt: number | undefined): Promise<void>;
  /** They are not asked for before that time. */
  postpone(ids: readonly number[], until: number): Promise<void>;
  /** All chunks wait again. */
  forgetVectors(): Promise<void>;
  embeddedIds(after: number, limit: number): Promise<number[]>;
  counts(roots?: readonly string[]): Promise<WorkspaceCounts>;

  readonly blobs: BlobStore;
  getNote(key: string): Promise<string | undefined>;
  setNote(key: string, value: string): Promise<void>;
  /** On disk; 0 in memory. */
  bytes(): number;
  close(): Promise<void>;
}

export interface WorkspaceCounts {
  files: number;
  chunks: number;
  waiting: number;
  failed: number;
  embedded: number;
}
