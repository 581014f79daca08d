export { type ChosenDatabase, chooseDatabase, type StorageChoice } from './choose.ts';
export { copyStorage } from './copy.ts';
export { createSqliteDatabase, type SqliteDatabase } from './sqlite/adapter.ts';
export { openWorkspaceIndex } from './workspaceIndex/index.ts';
