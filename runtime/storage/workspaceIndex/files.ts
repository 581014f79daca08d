import type { Chunk, FileChange, FileUpdate, IndexedFile } from '../../types/workspaceIndex.ts';
import type { Sql } from './database.ts';

export function rootId(sql: Sql, root: string): number | undefined {
  return sql.all<{ id: number }>('SELECT id FROM roots WHERE path = ?', [root])[0]?.id;
}

export function ensureRoot(sql: Sql, root: string): number {
  sql.run('INSERT INTO roots (path) VALUES (?) ON CONFLICT DO NOTHING', [root]);
  return rootId(sql, root) ?? 0;
}

/** All of a root, or those at or below some paths. */
export function listFiles(sql: Sql, root: number, within?: readonly string[]): IndexedFile[] {
  const list = 'SELECT path, bytes, mtime AS "mtimeMs", hash FROM files WHERE root_id = ?';
  if (!within) return sql.all<IndexedFile>(list, [root]);
  const found = new Map<string, IndexedFile>();
  for (const path of within) {
    // From "src/" up to, but not with, "src0": 0 follows the slash.
    const below = [root, path, `${path}/`, `${path}0`];
    const rows = sql.all<IndexedFile>(`${list} AND (path = ? OR (path >= ? AND path < ?))`, below);
    for (const row of rows) found.set(row.path, row);
  }
  return [...found.values()];
}

export function putFile(sql: Sql, root: number, update: FileUpdate): FileChange {
  const { path, language, bytes, mtimeMs, hash, chunks } = update;
  const [file] = sql.all<{ id: number }>(
    `INSERT INTO files (root_id, path, language, bytes, mtime, hash) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (root_id, path) DO UPDATE SET language = excluded.language, bytes = excluded.bytes,
       mtime = excluded.mtime, hash = excluded.hash RETURNING id`,
    [root, path, language, bytes, mtimeMs, hash],
  );
  return putChunks(sql, file?.id ?? 0, chunks);
}

/** A chunk that says the same as one before keeps its id, and with it its vector. */
function putChunks(sql: Sql, file: number, chunks: readonly Chunk[]): FileChange {
  const old = new Map<string, number[]>();
  const stored = sql.all<{ id: number; hash: string }>(
    'SELECT id, hash FROM chunks WHERE file_id = ? ORDER BY start_line DESC, id DESC',
    [file],
  );
  for (const { id, hash } of stored) old.set(hash, [...(old.get(hash) ?? []), id]);
  const ids = chunks.map((chunk) => {
    const kept = old.get(chunk.hash)?.pop();
    return kept === undefined ? insertChunk(sql, file, chunk) : moveChunk(sql, kept, chunk);
  });
  const removed = [...old.values()].flat();
  for (const id of removed) sql.run('DELETE FROM chunks WHERE id = ?', [id]);
  return { ids, removed };
}

function insertChunk(sql: Sql, file: number, chunk: Chunk): number {
  const { startLine, endLine, kind, symbol, headLine, page, hash } = chunk;
  const [row] = sql.all<{ id: number }>(
    `INSERT INTO chunks (file_id, start_line, end_line, kind, symbol, head_line, page, hash)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
    [file, startLine, endLine, kind, symbol ?? null, headLine ?? null, page ?? null, hash],
  );
  return row?.id ?? 0;
}

function moveChunk(sql: Sql, id: number, { startLine, endLine, kind, headLine, page }: Chunk): number {
  sql.run('UPDATE chunks SET start_line = ?, end_line = ?, kind = ?, head_line = ?, page = ? WHERE id = ?', [
    startLine,
    endLine,
    kind,
    headLine ?? null,
    page ?? null,
    id,
  ]);
  return id;
}

export function touchFile(sql: Sql, root: number, { path, bytes, mtimeMs, hash }: IndexedFile): void {
  sql.run('UPDATE files SET bytes = ?, mtime = ? WHERE root_id = ? AND path = ? AND hash = ?', [
    bytes,
    mtimeMs,
    root,
    path,
    hash,
  ]);
}

/** Returns the ids of its chunks. */
export function removeFile(sql: Sql, root: number, path: string): number[] {
  const rows = sql.all<{ id: number }>(
    'SELECT chunks.id FROM chunks JOIN files ON files.id = file_id WHERE root_id = ? AND path = ?',
    [root, path],
  );
  sql.run('DELETE FROM files WHERE root_id = ? AND path = ?', [root, path]);
  return rows.map(({ id }) => id);
}
