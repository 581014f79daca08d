import type { ChunkFilter, IWorkspaceIndexStore, WorkspaceCounts } from '../../types/workspaceIndex.ts';
import { blobsOf } from './blobs.ts';
import { IndexDatabase, type IndexDatabaseOptions, type Sql } from './database.ts';
import { ensureRoot, listFiles, putFile, removeFile, rootId, touchFile } from './files.ts';
import { CHUNK_COLUMNS, type ChunkRow, VECTOR } from './schema.ts';
import { toChunk, vectorStore } from './vectors.ts';

/** Opens the index in a file of its own, or in memory. A damaged one, or one of another version, begins anew. */
export async function openWorkspaceIndex(options: IndexDatabaseOptions): Promise<IWorkspaceIndexStore> {
  const database = await IndexDatabase.open(options);
  return {
    ...fileStore(database),
    ...chunkStore(database),
    ...vectorStore(database),
    counts: (roots) => database.read((sql) => counts(sql, roots)),
    blobs: blobsOf(database),
    getNote: (key) =>
      database.read((sql) => {
        return sql.all<{ value: string }>('SELECT value FROM notes WHERE key = ?', [key])[0]?.value;
      }),
    setNote: async (key, value) => {
      await database.write(1, (sql) => sql.run('INSERT OR REPLACE INTO notes VALUES (?, ?)', [key, value]));
    },
    bytes: () => database.bytes(),
    close: () => database.close(),
  };
}

function fileStore(
  database: IndexDatabase,
): Pick<IWorkspaceIndexStore, 'isComplete' | 'setComplete' | 'files' | 'put' | 'touch' | 'remove'> {
  return {
    isComplete: (root) =>
      database.read((sql) => {
        const rows = sql.all<{ complete: number }>('SELECT complete FROM roots WHERE path = ?', [root]);
        return rows[0]?.complete === 1;
      }),
    setComplete: async (root, complete) => {
      await database.write(1, (sql) => {
        sql.run('UPDATE roots SET complete = ? WHERE id = ?', [complete ? 1 : 0, ensureRoot(sql, root)]);
      });
    },
    files: (root, within) => database.read((sql) => listFiles(sql, rootId(sql, root) ?? 0, within)),
    put: (root, updates) =>
      database.write(
        updates.reduce((sum, { chunks }) => sum + chunks.length + 1, 0),
        (sql) => {
          const id = ensureRoot(sql, root);
          return updates.map((update) => putFile(sql, id, update));
        },
      ),
    touch: (root, files) =>
      database.write(files.length, (sql) => {
        const id = rootId(sql, root) ?? 0;
        for (const file of files) touchFile(sql, id, file);
      }),
    remove: (root, paths) =>
      database.write(paths.length * 10, (sql) => {
        const id = rootId(sql, root) ?? 0;
        return paths.flatMap((path) => removeFile(sql, id, path));
      }),
  };
}

function chunkStore(
  database: IndexDatabase,
): Pick<IWorkspaceIndexStore, 'chunks' | 'keys' | 'find' | 'forgetFiles'> {
  return {
    chunks: (ids) =>
      database.read((sql) =>
        ids.flatMap((id) =>
          sql.all<ChunkRow>(`SELECT ${CHUNK_COLUMNS} WHERE chunks.id = ?`, [id]).map(toChunk),
        ),
      ),
    keys: (after, limit) =>
      database.read((sql) =>
        sql.all('SELECT id, hash FROM chunks WHERE id > ? ORDER BY id LIMIT ?', [after, limit]),
      ),
    find: (filter) => database.read((sql) => find(sql, filter)),
    forgetFiles: async (chunkIds) => {
      await database.write(chunkIds.length, (sql) => {
        for (const id of chunkIds) {
          sql.run(
            `UPDATE files SET hash = '', bytes = -1 WHERE id = (SELECT file_id FROM chunks WHERE id = ?)`,
            [id],
          );
        }
      });
    },
  };
}

function find(sql: Sql, { roots, path, languages }: ChunkFilter): number[] {
  const among = (values: readonly unknown[]) => values.map(() => '?').join(', ');
  const conditions = [`roots.path IN (${among(roots)})`];
  const values: string[] = [...roots];
  if (path !== undefined) {
    // A class in brackets is none of ours: folders are named so.
    const glob = path
      .replace(/\/+$/, '')
      .replaceAll('[', '[[]')
      .replace(/\*\*\/?/g, '*');
    conditions.push('(files.path GLOB ? OR files.path GLOB ?)');
    values.push(glob, `${glob}/*`);
  }
  if (languages !== undefined) {
    conditions.push(`files.language IN (${among(languages)})`);
    values.push(...languages);
  }
  const rows = sql.all<{ id: number }>(
    `SELECT chunks.id FROM chunks JOIN files ON files.id = file_id JOIN roots ON roots.id = root_id
     WHERE ${conditions.join(' AND ')}`,
    values,
  );
  return rows.map(({ id }) => id);
}

function counts(sql: Sql, roots: readonly string[] | undefined): WorkspaceCounts {
  const where = roots ? `WHERE roots.path IN (${roots.map(() => '?').join(', ')})` : '';
  const from = 'FROM files JOIN roots ON roots.id = root_id';
  const [files] = sql.all<{ count: number }>(`SELECT count(*) AS count ${from} ${where}`, roots);
  const found = sql.all<{ vector: number; count: number }>(
    `SELECT vector, count(*) AS count ${from} JOIN chunks ON file_id = files.id ${where}
     GROUP BY vector`,
    roots,
  );
  const sum = (pick: (row: (typeof found)[number]) => boolean) =>
    found.filter(pick).reduce((total, { count }) => total + count, 0);
  return {
    files: files?.count ?? 0,
    chunks: sum(() => true),
    waiting: sum(({ vector }) => vector === VECTOR.waiting),
    failed: sum(({ vector }) => vector === VECTOR.givenUp),
    embedded: sum(({ vector }) => vector === VECTOR.there),
  };
}
