import { Relationship } from '../../types/environment.ts';
import type { IEnvironmentStore, RelationshipPatch } from '../../types/environmentStore.ts';
import type { Uuid } from '../../types/primitives.ts';
import { checked } from '../check.ts';
import { idPage, pageById } from '../cursor.ts';
import { relationshipToRow, rowToRelationship } from '../environmentRows.ts';
import { merge } from '../merge.ts';
import { relationshipQueries } from '../queries/relationships.ts';
import { tagQueries } from '../queries/tags.ts';
import { all, first, run, runAll, type Work } from '../work.ts';
import { type AreaParts, orMissing } from './area.ts';

type RelationshipArea = Pick<
  IEnvironmentStore,
  'createRelationship' | 'getRelationship' | 'getRelationships' | 'updateRelationship'
>;

export function relationshipArea({ store, queries }: AreaParts): RelationshipArea {
  const relationships = relationshipQueries(queries);
  const tags = tagQueries(queries, 'relationship_tags');

  function* create(relationship: Relationship): Work<boolean> {
    const row = relationshipToRow(relationship);
    const isNew = (yield* orMissing('One of the two is gone.', run(relationships.insert(row)))) > 0;
    if (isNew) yield* runAll(tags.replace(relationship.id, relationship.tags));
    return isNew;
  }

  function* update(id: Uuid, patch: RelationshipPatch): Work<boolean> {
    const row = yield* first(relationships.byId(id));
    if (row === undefined) return false;
    const relationship = rowToRelationship(row);
    const metadata = merge(relationship.metadata, patch.metadata ?? {});
    const changed = checked(Relationship, { ...relationship, ...patch, metadata });
    yield* run(relationships.update(id, relationshipToRow(changed)));
    if (patch.tags !== undefined) yield* runAll(tags.replace(id, patch.tags));
    return true;
  }

  return {
    async createRelationship(relationship) {
      const parsed = checked(Relationship, relationship);
      return store.write(1, () => create(parsed));
    },
    async getRelationship({ agentId, sourceEntityId, targetEntityId }) {
      const query = relationships.between(agentId, sourceEntityId, targetEntityId);
      const row = await store.read(() => first(query));
      return row && rowToRelationship(row);
    },
    async getRelationships({ agentId, entityId, tags = [], ...page }) {
      const query = relationships.page({ agentId, entityId, tags, ...idPage(page) });
      const rows = await store.read(() => all(query));
      return pageById(rows, { limit: page.limit, toItem: rowToRelationship, idOf: (row) => row.id });
    },
    updateRelationship: (id, patch) => store.write(1, () => update(id, patch)),
  };
}
