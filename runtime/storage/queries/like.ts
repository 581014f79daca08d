import { type RawBuilder, type SqlBool, sql } from 'kysely';

/** Whether a folded column holds a folded word, taken literally: no character in it is a wildcard. */
export function containing(column: string, word: string): RawBuilder<SqlBool> {
  const pattern = `%${word.replace(/[\\%_]/g, '\\$&')}%`;
  return sql<SqlBool>`${sql.ref(column)} like ${pattern} escape '\\'`;
}
