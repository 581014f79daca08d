export { createSqliteDatabase, type SqliteDatabase } from './sqlite/adapter.ts';
