import { escapeIdentifier, type PoolClient } from 'pg';
import { ZoeyError } from '../../kernel/errors.ts';
import { type Migration, migrations } from '../migrations.ts';
import { postgresStatement } from './dialect.ts';

/** The oldest server that has what our statements ask for, as its `server_version_num`. */
const OLDEST_SERVER = 120_000;

/**
 * Brings our schema in the database up to date, one transaction a step; others that start at the same time
 * wait. A schema that is current needs no right to change it.
 * @throws ZoeyError `storage_newer` where a later Zoey wrote it, `storage_misconfigured` for an old server.
 */
export async function migrate(
  client: PoolClient,
  schema: string,
  steps: readonly Migration[] = migrations,
): Promise<void> {
  const known = steps.at(-1)?.version ?? 0;
  await refuseOldServer(client);
  if ((await readVersion(client, schema, known)) === known) return;
  const lock = `zoey/${schema}/migrate`;
  await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [lock]);
  try {
    await prepare(client, schema);
    // Another may have done it while we waited.
    const version = (await readVersion(client, schema, known)) ?? 0;
    for (const step of steps) if (step.version > version) await take(client, step);
  } finally {
    await client.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [lock]);
  }
}

/** The version of our schema; undefined where there is none. */
async function readVersion(client: PoolClient, schema: string, known: number): Promise<number | undefined> {
  const table = `${escapeIdentifier(schema)}.schema_version`;
  const found = await client.query<{ found: boolean }>('SELECT to_regclass($1) IS NOT NULL AS found', [
    table,
  ]);
  if (found.rows[0]?.found !== true) return undefined;
  const { rows } = await client.query<{ version: number }>('SELECT version FROM schema_version');
  const version = rows[0]?.version ?? 0;
  if (version > known) {
    throw new ZoeyError('storage_newer', `This memory has version ${version}; this Zoey knows ${known}.`);
  }
  return version;
}

/** Makes the schema and the table of its version, each where it is missing: the right to make one may be, too. */
async function prepare(client: PoolClient, schema: string): Promise<void> {
  const { rowCount } = await client.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema]);
  if (rowCount === 0) await client.query(`CREATE SCHEMA ${escapeIdentifier(schema)}`);
  await client.query('CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)');
}

async function take(client: PoolClient, step: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    for (const statement of step.statements) await client.query(postgresStatement(statement));
    await client.query('DELETE FROM schema_version');
    await client.query('INSERT INTO schema_version (version) VALUES ($1)', [step.version]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

async function refuseOldServer(client: PoolClient): Promise<void> {
  const { rows } = await client.query<{ number: string; version: string }>(
    `SELECT current_setting('server_version_num') AS number, current_setting('server_version') AS version`,
  );
  const [server] = rows;
  if (server !== undefined && Number(server.number) < OLDEST_SERVER) {
    throw new ZoeyError('storage_misconfigured', `PostgreSQL ${server.version} is too old for Zoey.`, {
      hint: 'Use a server of version 12 or later.',
    });
  }
}
