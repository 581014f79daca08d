import type { BlobStore } from '../../types/recall.ts';
import type { IndexDatabase } from './database.ts';

/** The parts of the text and vector index, in the same file as the chunks that they speak of. */
export function blobsOf(database: IndexDatabase): BlobStore {
  return {
    list: () =>
      database.read((sql) => sql.all('SELECT name, length(bytes) AS bytes FROM blobs ORDER BY name')),
    read: (names) =>
      database.read((sql) => {
        const found = new Map<string, Uint8Array>();
        for (const name of names) {
          const [row] = sql.all<{ bytes: Uint8Array }>('SELECT bytes FROM blobs WHERE name = ?', [name]);
          if (row) found.set(name, row.bytes);
        }
        return found;
      }),
    write: (changes) =>
      database.write(changes.size, (sql) => {
        for (const [name, bytes] of changes) {
          if (bytes === undefined) sql.run('DELETE FROM blobs WHERE name = ?', [name]);
          else sql.run('INSERT OR REPLACE INTO blobs (name, bytes) VALUES (?, ?)', [name, bytes]);
        }
      }),
  };
}
