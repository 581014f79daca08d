import { ZoeyError } from '../../kernel/errors.ts';
import type { IRecallStore } from '../../types/recallStore.ts';
import { chunks } from '../check.ts';
import { blobQueries } from '../queries/blobs.ts';
import { all, runAll, type Work } from '../work.ts';
import type { AreaParts } from './area.ts';

/** Parts of indexes: bytes under names. */
export function blobArea({ store, queries }: AreaParts): Pick<IRecallStore, 'blobs'> {
  const blobs = blobQueries(queries);

  function* read(names: readonly string[]): Work<{ name: string; bytes: Uint8Array }[]> {
    const rows: { name: string; bytes: Uint8Array }[] = [];
    for (const part of chunks(names)) rows.push(...(yield* all(blobs.read(part))));
    return rows;
  }

  return {
    blobs: (prefix) => {
      if (!/^[a-z][a-z0-9.]*\/$/.test(prefix)) {
        throw new ZoeyError('invalid_input', 'A prefix is a word and a slash.');
      }
      return {
        async list() {
          const rows = await store.read(() => all(blobs.list(prefix)));
          return rows.map(({ name, size }) => ({ name: name.slice(prefix.length), bytes: size }));
        },
        async read(names) {
          const rows = await store.read(() => read(names.map((name) => prefix + name)));
          return new Map(rows.map(({ name, bytes }) => [name.slice(prefix.length), bytes]));
        },
        async write(changes) {
          const writes = [...changes].map(([name, bytes]) =>
            bytes === undefined ? blobs.remove(prefix + name) : blobs.put(prefix + name, bytes),
          );
          if (writes.length > 0) await store.write(writes.length, () => runAll(writes));
        },
      };
    },
  };
}
