import assert from 'node:assert/strict';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import type { JoinedMemory } from '../../../runtime/hosts/owner/join.ts';
import { shareMemory } from '../../../runtime/hosts/owner/share.ts';
import { createRuntime } from '../../../runtime/index.ts';
import { silentLog } from '../../../runtime/kernel/log.ts';
import type { FunctionName } from '../../../runtime/protocol/contract.ts';
import { openWorkspaceIndex } from '../../../runtime/storage/workspaceIndex/index.ts';
import { Caller } from '../../../runtime/types/host.ts';
import { emptyFolder, program } from '../../support/hosts/programs.ts';
import { type PostgresServer, postgresFor } from '../../support/postgres/server.ts';

const SCHEMA = 'beside';

interface Place {
  path: string;
  startLine: number;
  text: string;
}

describe('the index of a workspace whose memory is in PostgreSQL', function () {
  this.timeout(60_000);
  let server: PostgresServer;
  let workspace: string;
  let storageDir: string;
  const open: JoinedMemory[] = [];

  before(async function () {
    server = await postgresFor(this);
    program('chunker');
  });
  after(() => server?.stop());
  beforeEach(() => {
    workspace = emptyFolder();
    storageDir = emptyFolder();
    writeFileSync(path.join(workspace, 'zoo.ts'), 'export function feedWombats() {}\n');
    writeFileSync(path.join(workspace, 'farm.ts'), 'export function milkGoats() {}\n');
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((memory) => memory.close()));
    await dropSchema();
  });

  async function dropSchema(): Promise<void> {
    const client = new Client({ connectionString: server.url() });
    await client.connect();
    await client.query(`DROP SCHEMA IF EXISTS ${SCHEMA} CASCADE`);
    await client.end();
  }

  async function chunkIds(): Promise<number[]> {
    const file = path.join(storageDir, 'index', 'index.sqlite');
    const store = await openWorkspaceIndex({ file, log: silentLog });
    const keys = await store.keys(0, 100);
    await store.close();
    return keys.map(({ id }) => id);
  }

  function start() {
    const url = server.url({ search: `?schema=${SCHEMA}` });
    const memory = shareMemory({
      storageDir,
      open: (held) =>
        createRuntime({ storage: { kind: 'postgres', url }, ...held, log: silentLog, version: '0.0.0' }),
      log: silentLog,
    });
    open.push(memory);
    const call = async (name: FunctionName, input: object) => {
      const caller = Caller.parse({ host: 'test', workspace, settings: {} });
      const chunks = memory.invoke(name, input, { caller, signal: new AbortController().signal });
      for (;;) {
        const { done, value } = await chunks.next();
        if (done) return value as Record<string, unknown>;
      }
    };
    const search = async (query: string) => {
      const { items } = await call('workspace.search', { query });
      return (items as Place[]).map(({ path, startLine, text }) => ({ path, startLine, text }));
    };
    return { memory, call, search };
  }

  it('is there after a restart, and no file is read again', async () => {
    const first = start();
    await first.call('workspace.index', {});
    const found = await first.search('wombats');
    assert.deepEqual(
      found.map(({ path }) => path),
      ['zoo.ts'],
    );
    await first.memory.close();

    const second = start();
    assert.equal((await second.call('workspace.status', {})).ready, true);
    assert.deepEqual(await second.search('wombats'), found);
    await second.memory.close();
    const before = await chunkIds();
    const third = start();
    await third.call('workspace.index', {});
    await third.memory.close();
    // What is cut again gets new numbers.
    assert.equal(before.length, 2);
    assert.deepEqual(await chunkIds(), before);
  });

  it('does not go with the memory: it is of the files', async () => {
    const first = start();
    await first.call('workspace.index', {});
    await first.call('memory.add', { text: 'Goats are milked at six.' });
    const found = await first.search('goats');
    await first.memory.close();
    await dropSchema();

    const second = start();
    assert.deepEqual((await second.call('memory.list', {})).items, []);
    assert.equal((await second.call('workspace.status', {})).ready, true);
    assert.deepEqual(await second.search('goats'), found);
  });

  it('is made anew where it is damaged or gone, and finds the same', async () => {
    const first = start();
    await first.call('workspace.index', {});
    const found = await first.search('wombats');
    await first.memory.close();
    const folder = path.join(storageDir, 'index');
    for (const name of readdirSync(folder)) rmSync(path.join(folder, name), { recursive: true });
    writeFileSync(path.join(folder, 'index.sqlite'), 'no database at all');

    const second = start();
    assert.equal((await second.call('workspace.status', {})).ready, false);
    await second.call('workspace.index', {});
    assert.deepEqual(await second.search('wombats'), found);
  });
});
