import { type Component, Entity } from '../../types/environment.ts';
import type { EntityPatch, IEnvironmentStore } from '../../types/environmentStore.ts';
import type { Uuid } from '../../types/primitives.ts';
import { checked, chunks, inOrder } from '../check.ts';
import { idPage, pageById } from '../cursor.ts';
import { componentToRow, entityToRow, rowToComponent, rowToEntity } from '../environmentRows.ts';
import { fold } from '../fold.ts';
import { merge } from '../merge.ts';
import { componentQueries } from '../queries/components.ts';
import { entityQueries } from '../queries/entities.ts';
import type { ComponentRow, EntityRow } from '../queries/schema.ts';
import { all, first, run, runAll, type Work } from '../work.ts';
import { type AreaParts, orMissing } from './area.ts';

type EntityArea = Pick<
  IEnvironmentStore,
  | 'createEntities'
  | 'getEntitiesByIds'
  | 'getEntitiesForRoom'
  | 'getEntitiesByNames'
  | 'updateEntity'
  | 'deleteEntity'
>;

interface Found {
  entities: EntityRow[];
  components: ComponentRow[];
}

export function entityArea({ store, queries }: AreaParts): EntityArea {
  const entities = entityQueries(queries);
  const components = componentQueries(queries);

  function* setNames({ id, agentId, names }: Entity): Work<void> {
    const rows = names.map((name) => ({ agent_id: agentId, name: fold(name), entity_id: id }));
    yield* run(entities.removeNames(id));
    yield* runAll(rows.map(entities.insertName));
  }

  function* create(items: readonly Entity[]): Work<void> {
    for (const entity of items) {
      const isNew = (yield* run(entities.insert(entityToRow(entity)))) > 0;
      if (isNew) yield* setNames(entity);
    }
    // Afterwards, since one may be said by another of them.
    const rows = items.flatMap((entity) => entity.components ?? []).map(componentToRow);
    yield* orMissing('What is said of one of them is gone.', runAll(rows.map(components.insert)));
  }

  function* update(id: Uuid, patch: EntityPatch): Work<boolean> {
    const row = yield* first(entities.byId(id));
    if (row === undefined) return false;
    const entity = rowToEntity(row);
    const metadata = merge(entity.metadata, patch.metadata ?? {});
    const changed = checked(Entity, { ...entity, ...patch, metadata });
    yield* run(entities.update(id, entityToRow(changed)));
    if (patch.names !== undefined) yield* setNames(changed);
    return true;
  }

  function* componentsOf(rows: readonly EntityRow[]): Work<ComponentRow[]> {
    const found: ComponentRow[] = [];
    for (const ids of chunks(rows.map((row) => row.id))) {
      for (const row of yield* all(components.ofEntities(ids))) found.push(row);
    }
    return found;
  }

  function* byIds(ids: readonly Uuid[]): Work<Found> {
    const rows: EntityRow[] = [];
    for (const part of chunks(ids)) rows.push(...(yield* all(entities.byIds(part))));
    return { entities: rows, components: yield* componentsOf(rows) };
  }

  return {
    async createEntities(items) {
      if (items.length === 0) return;
      const parsed = items.map((entity) => checked(Entity, entity));
      await store.write(parsed.length, () => create(parsed));
    },
    async getEntitiesByIds(ids) {
      const found = await store.read(() => byIds(ids));
      return inOrder(ids, found.entities.map(withComponents(found.components)));
    },
    async getEntitiesForRoom({ roomId, includeComponents = false, ...page }) {
      const query = entities.ofRoom(roomId, idPage(page));
      const found = await store.read(function* (): Work<Found> {
        const rows = yield* all(query);
        return { entities: rows, components: includeComponents ? yield* componentsOf(rows) : [] };
      });
      const toItem = includeComponents ? withComponents(found.components) : rowToEntity;
      return pageById(found.entities, { limit: page.limit, toItem, idOf: (row) => row.id });
    },
    async getEntitiesByNames({ agentId, names, ...page }) {
      const query = entities.byNames(agentId, [...new Set(names.map(fold))], idPage(page));
      const rows = await store.read(() => all(query));
      return pageById(rows, { limit: page.limit, toItem: rowToEntity, idOf: (row) => row.id });
    },
    updateEntity: (id, patch) => store.write(1, () => update(id, patch)),
    deleteEntity: async (id) => (await store.write(1, () => run(entities.remove(id)))) > 0,
  };
}

function withComponents(rows: readonly ComponentRow[]): (row: EntityRow) => Entity {
  const byEntity = new Map<string, Component[]>();
  for (const row of rows) {
    const components = byEntity.get(row.entity_id);
    if (components === undefined) byEntity.set(row.entity_id, [rowToComponent(row)]);
    else components.push(rowToComponent(row));
  }
  return (row) => ({ ...rowToEntity(row), components: byEntity.get(row.id) ?? [] });
}
