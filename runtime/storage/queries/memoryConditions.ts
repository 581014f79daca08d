import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import { containing } from './like.ts';
import type { Schema } from './schema.ts';

/** All that is given must hold. */
export interface MemoryConditions {
  agentId: string;
  kinds?: readonly string[] | undefined;
  roomId?: string | undefined;
  entityId?: string | undefined;
  worldId?: string | undefined;
  documentId?: string | undefined;
  /** Times of making: from `start` on, and earlier than `before`. */
  start?: number | undefined;
  before?: number | undefined;
  unique?: boolean | undefined;
  current?: boolean | undefined;
  /** Folded. */
  words?: readonly string[] | undefined;
  ids?: readonly string[] | undefined;
}

// A literal, not a parameter: a partial index is only used where the planner sees the value.
export const MESSAGE = sql<string>`'message'`;

type Builder = ExpressionBuilder<Schema, 'memories'>;
type Condition = Expression<SqlBool>;

export const matching = (filter: MemoryConditions) => (eb: Builder) =>
  eb.and([...isOf(eb, filter), ...isWithin(eb, filter), ...says(eb, filter)]);

/** Whose it is. */
function* isOf(eb: Builder, filter: MemoryConditions): Generator<Condition> {
  yield eb('memories.agent_id', '=', filter.agentId);
  if (filter.roomId !== undefined) yield eb('memories.room_id', '=', filter.roomId);
  if (filter.entityId !== undefined) yield eb('memories.entity_id', '=', filter.entityId);
  if (filter.documentId !== undefined) yield eb('memories.document_id', '=', filter.documentId);
  if (filter.worldId !== undefined) {
    const room = eb.selectFrom('rooms').select('rooms.id').whereRef('rooms.id', '=', 'memories.room_id');
    yield eb.exists(room.where('rooms.world_id', '=', filter.worldId));
  }
}

/** Which of them it is, and when it was made. */
function* isWithin(eb: Builder, { ids, start, before }: MemoryConditions): Generator<Condition> {
  if (ids !== undefined) yield ids.length === 0 ? eb.lit(false) : eb('memories.id', 'in', ids);
  if (start !== undefined) yield eb('memories.created_at', '>=', start);
  if (before !== undefined) yield eb('memories.created_at', '<', before);
}

/** What it says. */
function* says(eb: Builder, { kinds, unique, current, words = [] }: MemoryConditions): Generator<Condition> {
  if (kinds !== undefined) {
    yield eb.or(kinds.map((kind) => eb('memories.kind', '=', kind)));
    if (!kinds.includes('message')) yield eb('memories.kind', '<>', MESSAGE);
  }
  if (unique) yield eb.or([eb('memories.is_unique', 'is', null), eb('memories.is_unique', '=', 1)]);
  if (current) yield eb('memories.superseded_by', 'is', null);
  for (const word of words) yield containing('memories.text_folded', word);
}
