import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { silentLog } from '../../runtime/kernel/log.ts';
import { chooseDatabase, copyStorage, type StorageChoice } from '../../runtime/storage/index.ts';
import type { IDatabaseAdapter } from '../../runtime/types/database.ts';
import { CommandLine } from '../support/hosts/commandLine.ts';
import { emptyFolder } from '../support/hosts/programs.ts';
import { findPostgres, type PostgresServer, startPostgres } from '../support/postgres/server.ts';
import {
  agent,
  agentId,
  auditEntry,
  component,
  entity,
  fragment,
  id,
  ledgerEntry,
  logEntry,
  message,
  note,
  relationship,
  room,
  task,
  world,
} from '../support/storage/samples.ts';

const MESSAGES = 1200;

async function open(place: StorageChoice): Promise<IDatabaseAdapter> {
  const db = await chooseDatabase(place, { log: silentLog });
  await db.init();
  return db;
}

/** Something in every table, with a fragment that comes before its document. */
async function fill(place: StorageChoice): Promise<void> {
  const db = await open(place);
  await db.createAgent(agent(1));
  await db.createWorld(world(2));
  await db.createRooms([room(3, { worldId: id(2) }), room(4)]);
  await db.deleteRoom(id(4), 5);
  await db.createEntities([entity(5, { names: ['Zoë', 'a\0b'] }), entity(6)]);
  await db.addParticipantsRoom([id(5)], id(3));
  await db.createComponent(component(7, id(5)));
  await db.createRelationship(relationship(8, id(5), id(6), { tags: ['x', 'y'] }));
  await db.createMemories([note(9_000, { kind: 'document' }), fragment(9, 9_000)]);
  const messages = Array.from({ length: MESSAGES }, (_, n) =>
    message(10_000 + n, { roomId: id(3), content: { text: `text ${n} \0 日本 👩‍💻` } }),
  );
  await db.createMemories(messages);
  await db.createTask(task(11, { tags: ['x'], dueAt: 5 }));
  await db.createLogs([logEntry(12)], 9);
  await db.setCache(agentId, 'key', { deep: [1] });
  await db.setSetting('one', 1);
  await db.setSetting('two', 'zwei');
  await db.writeLedger([ledgerEntry(13)], 9);
  for (const number of [15, 14]) await db.appendAudit([auditEntry(number)], 9);
  await db.blobs('index/').write(new Map([['index/1', new Uint8Array([0, 255, 128])]]));
  await db.close();
}

async function holds(place: StorageChoice): Promise<void> {
  const db = await open(place);
  assert.equal((await db.stats()).memories, MESSAGES + 2);
  assert.equal((await db.getMemoryById(id(9)))?.documentId, id(9_000));
  assert.equal((await db.getMemoryById(id(10_007)))?.content.text, 'text 7 \0 日本 👩‍💻');
  assert.deepEqual((await db.getEntitiesByNames({ agentId, names: ['A\0B'], limit: 2 })).items, [
    entity(5, { names: ['Zoë', 'a\0b'] }),
  ]);
  assert.equal(await db.restoreRoom(id(4)), true);
  assert.equal(await db.getSetting('two'), 'zwei');
  assert.deepEqual(await db.checkAudit(new AbortController().signal), { intact: true });
  assert.equal((await db.getAudit({ limit: 9 })).items.length, 2);
  assert.equal(await db.getSetting('storage.copy'), undefined);
  await db.close();
}

describe('a memory that is copied', function () {
  this.timeout(60_000);
  const bin = findPostgres();
  let server: PostgresServer | undefined;
  let places = 0;
  before(async () => {
    if (bin !== undefined) server = await startPostgres(bin);
  });
  after(() => server?.stop());

  const folder = (): StorageChoice & { dir: string } => ({ kind: 'workspace', dir: emptyFolder() });
  const database = (): StorageChoice => ({
    kind: 'postgres',
    url: server?.url({ search: `?schema=copy${++places}` }) ?? '',
  });
  const copy = (from: StorageChoice, to: StorageChoice, signal = new AbortController().signal) =>
    copyStorage({ from, to, log: silentLog, signal });
  const directions: [string, () => StorageChoice, () => StorageChoice][] = [
    ['from a folder to a folder', folder, folder],
    ['from a folder to a database', folder, database],
    ['from a database to a folder', database, folder],
    ['from a database to a database', database, database],
  ];

  for (const [title, source, target] of directions) {
    it(`${title} is the same there, and stays where it was`, async function () {
      if (title.includes('database') && server === undefined) return this.skip();
      const [from, to] = [source(), target()];
      await fill(from);
      const tables = await copy(from, to);
      const rows = Object.fromEntries(tables.map((table) => [table.table, table.rows]));
      assert.deepEqual([rows.memories, rows.rooms, rows.entity_names], [MESSAGES + 2, 2, 3]);
      await holds(to);
      await holds(from);
    });
  }

  it('goes on where it was cut off, wherever that was', async () => {
    const from = folder();
    await fill(from);
    for (const parts of [1, 4, 9]) {
      const to = folder();
      const cut = new AbortController();
      let seen = 0;
      const cutOff = copyStorage({
        from,
        to,
        log: silentLog,
        signal: cut.signal,
        onProgress: () => {
          seen += 1;
          if (seen === parts) cut.abort();
        },
      });
      await assert.rejects(cutOff, { code: 'cancelled' });
      await assert.rejects(copy(folder(), to), { code: 'not_found' });
      const other = folder();
      await fill(other);
      await assert.rejects(copy(other, to), { code: 'conflict' });
      await copy(from, to);
      await holds(to);
    }
  });

  it('leaves alone what is there already, and what is not there', async () => {
    const [from, to] = [folder(), folder()];
    await fill(from);
    await fill(to);
    await assert.rejects(copy(from, to), { code: 'conflict' });
    await assert.rejects(copy(from, from), { code: 'invalid_input' });
    await assert.rejects(copy(folder(), folder()), { code: 'not_found' });
    await holds(to);
  });

  it('is found to differ where it was changed meanwhile', async () => {
    const [from, to] = [folder(), folder()];
    await fill(from);
    const change = async () => {
      const db = await open(to);
      await db.updateMemory(id(10_003), { updatedAt: 99 });
      await db.close();
    };
    const cut = new AbortController();
    const cutOff = copyStorage({
      from,
      to,
      log: silentLog,
      signal: cut.signal,
      onProgress: ({ table }) => table === 'tasks' && cut.abort(),
    });
    await assert.rejects(cutOff, { code: 'cancelled' });
    await change();
    await assert.rejects(copy(from, to), { code: 'conflict' });
  });
});

describe('zoey storage copy', function () {
  this.timeout(60_000);
  const bin = findPostgres();
  let server: PostgresServer | undefined;
  let running: CommandLine[] = [];
  before(async () => {
    if (bin !== undefined) server = await startPostgres(bin);
  });
  after(() => server?.stop());
  afterEach(() => {
    for (const program of running) program.signal('SIGKILL');
    running = [];
  });
  const copy = (from: string, to: string) => {
    const program = new CommandLine(['storage', 'copy', '--from', from, '--to', to]);
    running.push(program);
    return program;
  };

  it('survives a kill in the middle, both ways', async function () {
    if (server === undefined) return this.skip();
    const [here, back] = [emptyFolder(), emptyFolder()];
    const url = server.url({ search: '?schema=killed' });
    await fill({ kind: 'workspace', dir: here });
    for (const [from, to] of [
      [here, url],
      [url, back],
    ] as const) {
      const killed = copy(from, to);
      await killed.until(({ out }) => out.includes('"memories","rows":500'));
      killed.signal('SIGKILL');
      await killed.ended();
      assert.ok(!killed.out.includes('"result"'));
      const { status, out, err } = await copy(from, to).ended();
      assert.equal(status, 0, out + err);
      const last: { result?: { rows: number } } = JSON.parse(out.trim().split('\n').at(-1) ?? '');
      assert.ok((last.result?.rows ?? 0) > MESSAGES);
      assert.doesNotMatch(out + err, /p@ss|p%40ss/);
    }
    await holds({ kind: 'workspace', dir: back });
  });

  it('refuses a folder that is in use, and says so to who comes meanwhile', async () => {
    const folder = emptyFolder();
    const user = new CommandLine(['invoke', '--batch', '-', '--storage', folder]);
    running.push(user);
    user.write('{"function":"status"}\n');
    await user.until(({ out }) => out.includes('\n'));
    const { status, out } = await copy(folder, emptyFolder()).ended();
    assert.equal(status, 1);
    assert.match(out, /"storage_busy"/);
  });

  it('makes nothing of a folder that is not there', async () => {
    const missing = path.join(emptyFolder(), 'missing');
    const { status, out } = await copy(missing, emptyFolder()).ended();
    assert.equal(status, 1);
    assert.match(out, /"not_found"/);
    assert.equal(existsSync(missing), false);
  });
});
