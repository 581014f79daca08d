import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type PrimitiveValueListNode,
} from 'kysely';
import type { QueryBuilder, Schema } from '../queries/schema.ts';

class Compiler extends PostgresQueryCompiler {
  /** A list may be empty in SQLite alone; nothing equals null. */
  protected override visitPrimitiveValueList(node: PrimitiveValueListNode): void {
    if (node.values.length === 0) this.append('(null)');
    else super.visitPrimitiveValueList(node);
  }
}

/** Builds queries in PostgreSQL's dialect. Sessions run them. */
export const postgresQueries: QueryBuilder = new Kysely<Schema>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new Compiler(),
  },
});

/** A statement of a migration, in which text sorts as its bytes do: a cursor then means what it means in SQLite. */
export function postgresStatement(statement: string): string {
  return statement.replaceAll(/\bTEXT\b/g, 'TEXT COLLATE "C"').replaceAll(/\bBLOB\b/g, 'BYTEA');
}
