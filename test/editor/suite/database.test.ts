import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { Agent } from '../../../extension/agent.ts';
import { startServer } from '../../../extension/client.ts';
import { Database } from '../../../extension/database.ts';
import { contract } from '../../../runtime/protocol/contract.ts';
import { Settings } from '../../../runtime/types/host.ts';
import { type PostgresServer, postgresFor } from '../../support/postgres/server.ts';
import { zoey } from './access.ts';
import { configure } from './desk.ts';
import { Person } from './person.ts';

/** The editor's secret storage, for as long as a test takes. */
class Secrets implements vscode.SecretStorage {
  readonly kept = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.SecretStorageChangeEvent>();
  readonly onDidChange = this.changed.event;

  get = async (key: string) => this.kept.get(key);
  keys = async () => [...this.kept.keys()];
  store = async (key: string, value: string) => {
    this.kept.set(key, value);
    this.changed.fire({ key });
  };
  delete = async (key: string) => {
    if (this.kept.delete(key)) this.changed.fire({ key });
  };
}

/** An agent of its own with the server that ships, in its own folder, whose database a person may set. */
async function setUp(log: vscode.LogOutputChannel) {
  const extension = vscode.extensions.getExtension('zoeyos.zoey');
  assert.ok(extension);
  const module = vscode.Uri.joinPath(extension.extensionUri, 'dist', 'server.js').fsPath;
  const storageDir = await mkdtemp(path.join(os.tmpdir(), 'zoey-database-'));
  const secrets = new Secrets();
  const database = new Database({ secrets, storageDir });
  const { version } = (await zoey()).manifest;
  const agent = new Agent({
    startServer: async (signal) => {
      const { location, env } = await database.place();
      const initializationOptions = { storageDir, globalStorage: false, version, location };
      return startServer({ module, initializationOptions, env, log }, signal);
    },
    caller: () => ({ host: 'editor', trusted: true, settings: Settings.parse({}) }),
    log,
  });
  const following = database.follow(agent);
  return {
    agent,
    secrets,
    set: () => database.set(agent),
    storage: async () =>
      contract.status.output.parse(await agent.invoke({ name: 'status', input: {} })).storage,
    async clear() {
      following.dispose();
      await agent.stop();
      await configure('storage.location', undefined);
      await rm(storageDir, { recursive: true, force: true });
    },
  };
}

describe('the database that a person sets', function () {
  this.timeout(60_000);
  const person = new Person();
  const log = vscode.window.createOutputChannel('Zoey database tests', { log: true });
  let server: PostgresServer;
  let desk: Awaited<ReturnType<typeof setUp>>;
  before(async function () {
    server = await postgresFor(this);
  });
  after(async () => {
    log.dispose();
    await server?.stop();
  });
  beforeEach(async () => {
    desk = await setUp(log);
    person.sitDown();
  });
  afterEach(async () => {
    person.leave();
    person.told.length = 0;
    await desk.clear();
  });

  it('keeps the memory from then on, and gives it back to the folder when its address is emptied', async () => {
    assert.equal((await desk.storage()).database, undefined);
    person.types.push(server.url());
    await desk.set();
    const { database } = await desk.storage();
    assert.match(database?.schema ?? '', /^zoey_[0-9a-f]{16}$/);
    assert.match(person.told.join('\n'), /in the database now.*zoey storage copy/);
    assert.deepEqual([...desk.secrets.kept.values()], [server.url()]);
    person.types.push('');
    await desk.set();
    assert.equal((await desk.storage()).database, undefined);
    assert.equal(desk.secrets.kept.size, 0);
  });

  it('is not kept where it cannot be opened: the memory stays where it was', async () => {
    person.types.push(server.url({ password: 'hunter2-secret' }));
    await desk.set();
    assert.match(person.told.join('\n'), /user or password/);
    assert.doesNotMatch(person.told.join('\n'), /hunter2/);
    assert.equal(desk.secrets.kept.size, 0);
    assert.equal((await desk.storage()).database, undefined);
    assert.equal(vscode.workspace.getConfiguration('zoey').get('storage.location'), 'workspace');
  });

  it('may be tried again at once', async () => {
    person.types.push('postgresql://nobody', server.url());
    person.picks.push('Try Again');
    await desk.set();
    assert.equal((await desk.storage()).database?.kind, 'postgres');
  });
});
