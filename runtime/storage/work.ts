import type { CompiledQuery } from 'kysely';

/** What a query gave: rows of a reading one, and of a change how many it changed. */
export interface QueryResult {
  rows: unknown[];
  changes: number;
}

/**
 * A unit of work: it yields queries, is given their results, and returns what it made of them. It does not
 * say whether they are run at once or awaited, so it is the same for every database. A database may have to
 * roll back and start it anew: then it makes another from the same function.
 */
export type Work<T> = Generator<CompiledQuery<unknown>, T, QueryResult>;

/** Where units of work are done. */
export interface Store {
  /** Sees what was committed. */
  read<T>(work: () => Work<T>): Promise<T>;
  /**
   * In one transaction; resolves when it is durable.
   * @param rows About how many rows it writes.
   */
  write<T>(rows: number, work: () => Work<T>): Promise<T>;
}

export function* all<Row>(query: CompiledQuery<Row>): Work<Row[]> {
  return (yield query).rows as Row[];
}

export function* first<Row>(query: CompiledQuery<Row>): Work<Row | undefined> {
  return (yield query).rows[0] as Row | undefined;
}

/** Returns how many rows it changed. */
export function* run(query: CompiledQuery<unknown>): Work<number> {
  return (yield query).changes;
}

/** Returns how many rows they changed together. */
export function* runAll(queries: Iterable<CompiledQuery<unknown>>): Work<number> {
  let changes = 0;
  for (const query of queries) changes += (yield query).changes;
  return changes;
}
