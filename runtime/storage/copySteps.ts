import { type CompiledQuery, sql } from 'kysely';
import type { QueryBuilder, Schema } from './queries/schema.ts';

export type Row = Record<string, unknown>;

/** One walk over a table, in the order of its key. */
export interface Step {
  table: keyof Schema;
  key: readonly string[];
  /** Columns that point to later rows of the same table: first left empty, then set by a walk of their own. */
  deferred?: readonly string[];
  /** Whether this is the walk that sets the deferred columns. */
  links?: boolean;
  /** Rows at a time; fewer where they are large. */
  batch?: number;
}

const BATCH = 250;
const MEMORY_LINKS = ['document_id', 'superseded_by'];

/** Every table, each after those that it refers to. The type holds the list complete. */
const KEYS: Readonly<Record<keyof Schema, Omit<Step, 'table'>>> = {
  settings: { key: ['key'] },
  agents: { key: ['id'] },
  worlds: { key: ['id'] },
  rooms: { key: ['id'] },
  entities: { key: ['id'] },
  entity_names: { key: ['agent_id', 'name', 'entity_id'] },
  components: { key: ['id'] },
  participants: { key: ['room_id', 'entity_id'] },
  relationships: { key: ['id'] },
  relationship_tags: { key: ['owner_id', 'tag'] },
  memories: { key: ['id'], deferred: MEMORY_LINKS },
  embedding_models: { key: ['id'] },
  embeddings: { key: ['memory_id'] },
  embedding_failures: { key: ['memory_id'] },
  blobs: { key: ['name'], batch: 8 },
  tasks: { key: ['id'] },
  task_tags: { key: ['owner_id', 'tag'] },
  logs: { key: ['id'] },
  cache: { key: ['agent_id', 'key'] },
  ledger: { key: ['id'] },
  audit: { key: ['seq'] },
};

export const TABLES = Object.keys(KEYS) as (keyof Schema)[];

export const steps: readonly Step[] = TABLES.flatMap((table): Step[] => {
  const step = { table, ...KEYS[table] };
  return step.deferred ? [step, { ...step, links: true }] : [step];
});

/** The queries over whole tables. */
export const copyQueries = (db: QueryBuilder) => ({
  count: ({ table }: Pick<Step, 'table'>): CompiledQuery<{ count: number }> =>
    sql<{ count: number }>`select count(*) as count from ${sql.table(table)}`.compile(db),

  page: ({ table, key, batch = BATCH }: Step, after: readonly string[] | undefined): CompiledQuery<Row> => {
    const columns = sql.join(key.map((column) => sql.ref(column)));
    const rest = after === undefined ? sql`` : sql`where (${columns}) > (${sql.join(after)})`;
    return sql<Row>`select * from ${sql.table(table)} ${rest} order by ${columns} limit ${batch}`.compile(db);
  },

  /** Writes rows that may be there already, from a part that was cut off. */
  write: ({ table, deferred = [], links }: Step, rows: readonly Row[]): CompiledQuery<unknown>[] => {
    if (links) {
      return rows
        .filter((row) => deferred.some((column) => row[column] !== null))
        .map((row) => {
          const values = deferred.map((column) => sql`${sql.ref(column)} = ${row[column]}`);
          return sql`update ${sql.table(table)} set ${sql.join(values)} where id = ${row.id}`.compile(db);
        });
    }
    const names = Object.keys(rows[0] ?? {});
    const values = rows.map(
      (row) => sql`(${sql.join(names.map((name) => (deferred.includes(name) ? null : row[name])))})`,
    );
    return [
      sql`insert into ${sql.table(table)} (${sql.join(names.map((name) => sql.ref(name)))})
        values ${sql.join(values)} on conflict do nothing`.compile(db),
    ];
  },
});
