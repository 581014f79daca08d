import type { Migration } from '../migrations.ts';

/** Everything here can be made anew from the files, so another version of it is thrown away, not migrated. */
export const indexSchema: readonly Migration[] = [
  {
    version: 1,
    statements: [
      `CREATE TABLE roots (
        id INTEGER PRIMARY KEY,
        path TEXT NOT NULL UNIQUE,
        complete INTEGER NOT NULL DEFAULT 0
      )`,
      `CREATE TABLE files (
        id INTEGER PRIMARY KEY,
        root_id INTEGER NOT NULL REFERENCES roots (id) ON DELETE CASCADE,
        path TEXT NOT NULL,
        language TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        mtime REAL NOT NULL,
        hash TEXT NOT NULL,
        UNIQUE (root_id, path)
      )`,
      // AUTOINCREMENT: the id of a chunk that went must never name another one in the other indexes.
      `CREATE TABLE chunks (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        file_id INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE,
        start_line INTEGER NOT NULL,
        end_line INTEGER NOT NULL,
        kind TEXT NOT NULL,
        symbol TEXT,
        head_line INTEGER,
        page INTEGER,
        hash TEXT NOT NULL,
        vector INTEGER NOT NULL DEFAULT 0,
        attempts INTEGER NOT NULL DEFAULT 0,
        retry_at INTEGER NOT NULL DEFAULT 0
      )`,
      `CREATE INDEX files_by_time ON files (mtime)`,
      `CREATE INDEX chunks_of_file ON chunks (file_id, vector)`,
      `CREATE TABLE blobs (name TEXT NOT NULL PRIMARY KEY, bytes BLOB NOT NULL)`,
      `CREATE TABLE notes (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)`,
    ],
  },
];

/** What `chunks.vector` says. */
export const VECTOR = { waiting: 0, there: 1, givenUp: 2 } as const;

/** A row of `chunks` joined to its file. */
export interface ChunkRow {
  id: number;
  root: string;
  path: string;
  language: string;
  file_hash: string;
  start_line: number;
  end_line: number;
  kind: string;
  symbol: string | null;
  head_line: number | null;
  page: number | null;
  hash: string;
  attempts: number;
}

export const CHUNK_COLUMNS = `chunks.id, roots.path AS root, files.path, files.language, files.hash AS file_hash,
  chunks.start_line, chunks.end_line, chunks.kind, chunks.symbol, chunks.head_line, chunks.page, chunks.hash,
  chunks.attempts
  FROM chunks JOIN files ON files.id = chunks.file_id JOIN roots ON roots.id = files.root_id`;
