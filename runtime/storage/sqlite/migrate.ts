import { ZoeyError } from '../../kernel/errors.ts';
import { type Migration, migrations } from '../migrations.ts';
import type { Connection } from './connection.ts';

/**
 * The version of the schema in a database, 0 where it is empty.
 * @throws ZoeyError `storage_newer` where a later Zoey wrote it.
 */
export function readVersion(connection: Connection, steps: readonly Migration[] = migrations): number {
  const version = Number(connection.pragma('user_version'));
  const known = steps.at(-1)?.version ?? 0;
  if (version > known) {
    throw new ZoeyError('storage_newer', `This memory has version ${version}; this Zoey knows ${known}.`);
  }
  return version;
}

/** Whether a version is that of a database in use, and not the newest. */
export function isBehind(version: number): boolean {
  return version > 0 && version < (migrations.at(-1)?.version ?? 0);
}

/** Brings the schema up to date, one transaction a step: a step that fails leaves the one before it. */
export function migrate(connection: Connection, steps: readonly Migration[] = migrations): void {
  const version = readVersion(connection, steps);
  for (const step of steps.filter((step) => step.version > version)) {
    try {
      connection.exec('BEGIN IMMEDIATE');
      for (const statement of step.statements) connection.exec(statement);
      connection.exec(`PRAGMA user_version = ${step.version}`);
      connection.exec('COMMIT');
    } catch (error) {
      if (!connection.broken) rollback(connection);
      throw error;
    }
  }
}

function rollback(connection: Connection): void {
  try {
    connection.exec('ROLLBACK');
  } catch {
    // SQLite did it by itself, as it does when the disk is full. What failed first is what counts.
  }
}
