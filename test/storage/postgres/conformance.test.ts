import { Client } from 'pg';
import { silentLog } from '../../../runtime/kernel/log.ts';
import { createPostgresDatabase } from '../../../runtime/storage/postgres/adapter.ts';
import { startPglite } from '../../support/postgres/pglite.ts';
import { type PostgresServer, postgresFor } from '../../support/postgres/server.ts';
import { conformance } from '../conformance.ts';

/**
 * Empties each table of our schemas but the one that says which version they are of. Without looking at what
 * refers to what (`replica`), and not by TRUNCATE, which is slower for tables as small as these.
 */
const EMPTY_ALL = `DO $$ DECLARE filled record; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR filled IN SELECT schemaname, tablename FROM pg_tables
    WHERE schemaname LIKE 'test%' AND tablename <> 'schema_version'
  LOOP
    EXECUTE format('DELETE FROM %I.%I', filled.schemaname, filled.tablename);
  END LOOP;
END $$`;

/**
 * What every database does, in the one at `url()`. A test has a schema for each database it opens; the next
 * test finds them empty, since to make them anew takes longer than most tests.
 */
function conforms(url: () => string): void {
  let client: Client | undefined;
  let schemas = 0;
  before(async () => {
    client = new Client({ connectionString: url() });
    await client.connect();
  });
  after(() => client?.end());

  conformance((options) =>
    createPostgresDatabase({ ...options, url: `${url()}?schema=test${++schemas}`, log: silentLog }),
  );
  afterEach(async () => {
    schemas = 0;
    await client?.query(EMPTY_ALL);
  });
}

describe('PostgreSQL, a server', function () {
  this.timeout(60_000);
  let server: PostgresServer;
  before(async function () {
    server = await postgresFor(this);
  });
  conforms(() => server.url());
  after(() => server?.stop());
});

describe('PostgreSQL, in this process', function () {
  this.timeout(60_000);
  let server: Awaited<ReturnType<typeof startPglite>>;
  before(async () => {
    server = await startPglite();
  });
  conforms(() => server.url);
  after(() => server.stop());
});
