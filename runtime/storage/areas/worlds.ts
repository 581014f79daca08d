import { World } from '../../types/environment.ts';
import type { IEnvironmentStore, WorldPatch } from '../../types/environmentStore.ts';
import type { Uuid } from '../../types/primitives.ts';
import { checked } from '../check.ts';
import { idPage, pageById } from '../cursor.ts';
import { rowToWorld, worldToRow } from '../environmentRows.ts';
import { merge } from '../merge.ts';
import { worldQueries } from '../queries/worlds.ts';
import { all, first, run, type Work } from '../work.ts';
import type { AreaParts } from './area.ts';

type WorldArea = Pick<
  IEnvironmentStore,
  'createWorld' | 'getWorld' | 'getAllWorlds' | 'updateWorld' | 'removeWorld'
>;

export function worldArea({ store, queries }: AreaParts): WorldArea {
  const worlds = worldQueries(queries);

  function* update(id: Uuid, patch: WorldPatch): Work<boolean> {
    const row = yield* first(worlds.byId(id));
    if (row === undefined) return false;
    const world = rowToWorld(row);
    const metadata = merge(world.metadata, patch.metadata ?? {});
    const changed = checked(World, { ...world, ...patch, metadata });
    return (yield* run(worlds.update(id, worldToRow(changed)))) > 0;
  }

  return {
    async createWorld(world) {
      const row = worldToRow(checked(World, world));
      return (await store.write(1, () => run(worlds.insert(row)))) > 0;
    },
    async getWorld(id) {
      const row = await store.read(() => first(worlds.byId(id)));
      return row && rowToWorld(row);
    },
    async getAllWorlds({ agentId, ...page }) {
      const query = worlds.page(agentId, idPage(page));
      const rows = await store.read(() => all(query));
      return pageById(rows, { limit: page.limit, toItem: rowToWorld, idOf: (row) => row.id });
    },
    updateWorld: (id, patch) => store.write(1, () => update(id, patch)),
    removeWorld: async (id) => (await store.write(1, () => run(worlds.remove(id)))) > 0,
  };
}
