import type { TimePage } from './page.ts';
import type { QueryBuilder, TaskRow } from './schema.ts';

interface TaskPage extends TimePage {
  agentId: string;
  roomId?: string | undefined;
  entityId?: string | undefined;
  name?: string | undefined;
  tags: readonly string[];
}

interface DueTasks {
  agentId: string;
  now: number;
  limit: number;
}

/** The queries over tasks. */
export const taskQueries = (db: QueryBuilder) => ({
  insert: (row: TaskRow) =>
    db
      .insertInto('tasks')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .compile(),

  byId: (id: string) => db.selectFrom('tasks').selectAll().where('id', '=', id).compile(),

  page: ({ agentId, roomId, entityId, name, tags, after, limit }: TaskPage) =>
    db
      .selectFrom('tasks')
      .selectAll()
      .where('agent_id', '=', agentId)
      .$if(roomId !== undefined, (query) => query.where('room_id', '=', roomId ?? ''))
      .$if(entityId !== undefined, (query) => query.where('entity_id', '=', entityId ?? ''))
      .$if(name !== undefined, (query) => query.where('name', '=', name ?? ''))
      .where((eb) =>
        eb.and(
          tags.map((tag) =>
            eb.exists(
              eb
                .selectFrom('task_tags')
                .select('tag')
                .whereRef('owner_id', '=', 'tasks.id')
                .where('tag', '=', tag),
            ),
          ),
        ),
      )
      .$if(after !== undefined, (query) =>
        query.where((eb) =>
          eb(eb.refTuple('created_at', 'id'), '>', eb.tuple(after?.createdAt ?? 0, after?.id ?? '')),
        ),
      )
      .orderBy('created_at')
      .orderBy('id')
      .limit(limit)
      .compile(),

  update: (id: string, change: Partial<TaskRow>) =>
    db.updateTable('tasks').set(change).where('id', '=', id).compile(),

  remove: (id: string) => db.deleteFrom('tasks').where('id', '=', id).compile(),

  /** Due, and of no claim that still holds; the longest due first. */
  due: ({ agentId, now, limit }: DueTasks) =>
    db
      .selectFrom('tasks')
      .selectAll()
      .where('agent_id', '=', agentId)
      .where('due_at', '<=', now)
      .where((eb) => eb.or([eb('claimed_until', 'is', null), eb('claimed_until', '<=', now)]))
      .orderBy('due_at')
      .orderBy('id')
      .limit(limit)
      .compile(),

  /** Changes nothing where another claim came first. */
  claim: (id: string, { claim, now, until }: { claim: string; now: number; until: number }) =>
    db
      .updateTable('tasks')
      .set((eb) => ({ claim, claimed_until: until, attempts: eb('attempts', '+', 1) }))
      .where('id', '=', id)
      .where('due_at', '<=', now)
      .where((eb) => eb.or([eb('claimed_until', 'is', null), eb('claimed_until', '<=', now)]))
      .compile(),

  finish: (id: string, claim: string) =>
    db.deleteFrom('tasks').where('id', '=', id).where('claim', '=', claim).compile(),

  postpone: (id: string, claim: string, { dueAt, updatedAt }: { dueAt: number; updatedAt: number }) =>
    db
      .updateTable('tasks')
      .set({ due_at: dueAt, updated_at: updatedAt, claim: null, claimed_until: null, attempts: 0 })
      .where('id', '=', id)
      .where('claim', '=', claim)
      .compile(),
});
