import type { IdPage } from './page.ts';
import type { QueryBuilder, RelationshipRow } from './schema.ts';
import { fixed, shaped } from './shaped.ts';

interface RelationshipPage extends IdPage {
  agentId: string;
  entityId: string;
  tags: readonly string[];
}

/** The queries over relationships. */
export const relationshipQueries = (db: QueryBuilder) => {
  const ofEnd = (
    end: 'source_entity_id' | 'target_entity_id',
    { agentId, entityId, tags, after }: RelationshipPage,
  ) =>
    db
      .selectFrom('relationships')
      .selectAll()
      .where(end, '=', entityId)
      .where('agent_id', '=', agentId)
      .where((eb) =>
        eb.and(
          tags.map((tag) =>
            eb.exists(
              eb
                .selectFrom('relationship_tags')
                .select('tag')
                .whereRef('owner_id', '=', 'relationships.id')
                .where('tag', '=', tag),
            ),
          ),
        ),
      )
      .$if(after !== undefined, (query) => query.where('id', '>', after ?? ''));

  return {
    insert: (row: RelationshipRow) =>
      db
        .insertInto('relationships')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .compile(),

    between: fixed((agentId: string, sourceId: string, targetId: string) =>
      db
        .selectFrom('relationships')
        .selectAll()
        .where('agent_id', '=', agentId)
        .where('source_entity_id', '=', sourceId)
        .where('target_entity_id', '=', targetId)
        .compile(),
    ),

    byId: fixed((id: string) => db.selectFrom('relationships').selectAll().where('id', '=', id).compile()),

    /** From or to an entity. Each half goes by an index of its own; that with itself is in the first alone. */
    page: (page: RelationshipPage) =>
      ofEnd('source_entity_id', page)
        .unionAll(ofEnd('target_entity_id', page).where('source_entity_id', '<>', page.entityId))
        .orderBy('id')
        .limit(page.limit)
        .compile(),

    update: shaped(
      (id: string, change: Partial<RelationshipRow>) =>
        db.updateTable('relationships').set(change).where('id', '=', id).compile(),
      (_, change) => Object.keys(change).join(),
      (id, change) => [...Object.values(change), id],
    ),
  };
};
