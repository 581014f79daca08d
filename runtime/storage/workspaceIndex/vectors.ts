import type { ChunkKind, IWorkspaceIndexStore, StoredChunk } from '../../types/workspaceIndex.ts';
import type { IndexDatabase } from './database.ts';
import { CHUNK_COLUMNS, type ChunkRow, VECTOR } from './schema.ts';

/** Which chunks have a vector, and which wait for one. */
export function vectorStore(
  database: IndexDatabase,
): Pick<
  IWorkspaceIndexStore,
  'waiting' | 'stillWaiting' | 'setEmbedded' | 'setFailed' | 'postpone' | 'forgetVectors' | 'embeddedIds'
> {
  return {
    waiting: (limit, now) =>
      database.read((sql) => {
        const rows = sql.all<{ id: number }>(
          `SELECT chunks.id FROM files CROSS JOIN chunks ON chunks.file_id = files.id
           WHERE vector = ${VECTOR.waiting} AND retry_at <= ? ORDER BY mtime DESC LIMIT ?`,
          [now, limit],
        );
        return rows.map(({ id }) => id);
      }),
    stillWaiting: (ids, now) =>
      database.read((sql) =>
        ids.flatMap((id) => {
          const due = `chunks.id = ? AND chunks.vector = ${VECTOR.waiting} AND chunks.retry_at <= ?`;
          return sql.all<ChunkRow>(`SELECT ${CHUNK_COLUMNS} WHERE ${due}`, [id, now]).map(toChunk);
        }),
      ),
    setEmbedded: async (ids, embedded) => {
      const vector = embedded ? VECTOR.there : VECTOR.waiting;
      await database.write(ids.length, (sql) => {
        for (const id of ids) {
          sql.run('UPDATE chunks SET vector = ?, attempts = 0, retry_at = 0 WHERE id = ?', [vector, id]);
        }
      });
    },
    setFailed: async (ids, retryAt) => {
      const vector = retryAt === undefined ? VECTOR.givenUp : VECTOR.waiting;
      const change = 'UPDATE chunks SET vector = ?, attempts = attempts + 1, retry_at = ? WHERE id = ?';
      await database.write(ids.length, (sql) => {
        for (const id of ids) sql.run(change, [vector, retryAt ?? 0, id]);
      });
    },
    postpone: async (ids, until) => {
      await database.write(ids.length, (sql) => {
        for (const id of ids) sql.run('UPDATE chunks SET retry_at = ? WHERE id = ?', [until, id]);
      });
    },
    forgetVectors: async () => {
      await database.write(1, (sql) => sql.run('UPDATE chunks SET vector = 0, attempts = 0, retry_at = 0'));
    },
    embeddedIds: (after, limit) =>
      database.read((sql) => {
        const rows = sql.all<{ id: number }>(
          `SELECT id FROM chunks WHERE id > ? AND vector = ${VECTOR.there} ORDER BY id LIMIT ?`,
          [after, limit],
        );
        return rows.map(({ id }) => id);
      }),
  };
}

export function toChunk(row: ChunkRow): StoredChunk {
  return {
    id: row.id,
    root: row.root,
    path: row.path,
    language: row.language,
    fileHash: row.file_hash,
    startLine: row.start_line,
    endLine: row.end_line,
    kind: row.kind as ChunkKind,
    ...(row.symbol !== null && { symbol: row.symbol }),
    ...(row.head_line !== null && { headLine: row.head_line }),
    ...(row.page !== null && { page: row.page }),
    hash: row.hash,
    attempts: row.attempts,
  };
}
