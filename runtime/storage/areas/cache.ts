import { JsonValue } from '../../types/primitives.ts';
import type { ITaskStore } from '../../types/taskStore.ts';
import { checked } from '../check.ts';
import { cacheQueries } from '../queries/cache.ts';
import { first, run, runAll, type Work } from '../work.ts';
import type { AreaOptions, AreaParts } from './area.ts';

type CacheArea = Pick<ITaskStore, 'getCache' | 'setCache' | 'deleteCache'>;

/** How many entries of an agent are kept. */
const MAX_ENTRIES = 10_000;
/** How many may come on top before the oldest are counted off. */
const SLACK = 128;

export function cacheArea({ store, queries }: AreaParts, { clock, cacheEntries }: AreaOptions): CacheArea {
  const cache = cacheQueries(queries);
  const kept = cacheEntries ?? MAX_ENTRIES;
  // Counting walks over all that are kept, so it is not done each time.
  let written = 0;

  return {
    async getCache(agentId, key) {
      const query = cache.get(agentId, key, clock());
      const row = await store.read(() => first(query));
      return row && JsonValue.parse(JSON.parse(row.value));
    },
    async setCache(agentId, key, value, expiresAt) {
      const now = clock();
      const row = {
        agent_id: agentId,
        key,
        value: JSON.stringify(checked(JsonValue, value)),
        expires_at: expiresAt ?? null,
        updated_at: now,
      };
      const changes = [cache.set(row), cache.expire(now)];
      if (written++ % SLACK === 0) changes.push(cache.trim(agentId, kept));
      await store.write(1, () => runAll(changes));
    },
    async deleteCache(agentId, key) {
      const now = clock();
      return store.write(1, function* (): Work<boolean> {
        yield* run(cache.expire(now));
        return (yield* run(cache.remove(agentId, key))) > 0;
      });
    },
  };
}
