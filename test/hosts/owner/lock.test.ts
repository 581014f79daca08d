import assert from 'node:assert/strict';
import { fork, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { type LockRecord, readOwner, releaseLock, takeLock } from '../../../runtime/hosts/owner/lock.ts';
import { isAlive, ownLife } from '../../../runtime/hosts/owner/process.ts';
import { ZoeyError } from '../../../runtime/kernel/errors.ts';
import { emptyFolder, program } from '../../support/hosts/programs.ts';

describe('owner lock', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = emptyFolder();
    file = path.join(folder, 'owner.lock');
  });

  const record = (change: Partial<LockRecord> = {}): LockRecord => ({
    ...ownLife(),
    nonce: randomBytes(16).toString('hex'),
    address: '/nowhere/at.all',
    token: randomBytes(32).toString('hex'),
    ...change,
  });
  const deadPid = () => spawnSync(process.execPath, ['--version']).pid;
  const write = (text: string, { old = false } = {}) => {
    fs.writeFileSync(file, text);
    const then = new Date(Date.now() - 5000);
    if (old) fs.utimesSync(file, then, then);
  };
  const holder = () => JSON.parse(fs.readFileSync(file, 'utf8')).nonce;

  it('is taken by the first comer and refused to the second', () => {
    const first = record();
    assert.equal(readOwner(folder), undefined);
    assert.equal(takeLock(folder, first), true);
    assert.equal(takeLock(folder, record()), false);
    assert.deepEqual(readOwner(folder), first);
    assert.deepEqual(fs.readdirSync(folder), ['owner.lock']);
  });

  it('is readable by its user alone', function () {
    if (process.platform === 'win32') this.skip();
    takeLock(folder, record());
    assert.equal(fs.statSync(file).mode & 0o777, 0o600);
  });

  it('is released by its holder only', () => {
    const first = record();
    takeLock(folder, first);
    releaseLock(folder, record().nonce);
    assert.equal(holder(), first.nonce);
    releaseLock(folder, first.nonce);
    assert.equal(fs.existsSync(file), false);
  });

  it("goes to another when its process is dead, with the dead one's socket removed", async () => {
    const address = path.join(folder, 's');
    spawnSync(process.execPath, [
      '-e',
      'require("net").createServer().listen(process.argv[1], () => process.kill(process.pid, "SIGKILL"))',
      address,
    ]);
    assert.ok(fs.existsSync(address), 'a killed process leaves its socket');
    write(JSON.stringify(record({ pid: deadPid(), address })));
    const next = record();
    assert.equal(takeLock(folder, next), true);
    assert.equal(holder(), next.nonce);
    assert.deepEqual(fs.readdirSync(folder), ['owner.lock']);
  });

  it('removes nothing but a socket in the name of a dead owner', () => {
    const precious = path.join(folder, 'precious');
    fs.writeFileSync(precious, 'keep me');
    write(JSON.stringify(record({ pid: deadPid(), address: precious })));
    assert.equal(takeLock(folder, record()), true);
    assert.equal(fs.readFileSync(precious, 'utf8'), 'keep me');
  });

  it('goes to another when its process id lives as another process', function () {
    if (process.platform === 'win32') this.skip();
    write(JSON.stringify(record({ startedAt: 'another time' })));
    assert.equal(takeLock(folder, record()), true);
  });

  it('stays with a living process whose start is not known', () => {
    write(JSON.stringify({ ...record(), startedAt: undefined }));
    assert.equal(takeLock(folder, record()), false);
  });

  it('stays with a stopped process, and leaves a zombie', async function () {
    if (process.platform !== 'linux') this.skip();
    // The shell's child ends once the shell has become a sleeper, which never asks for its status.
    const parent = spawn('sh', ['-c', 'read line <&3 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
    });
    try {
      const proc = (pid: number | undefined, file: string) => fs.readFileSync(`/proc/${pid}/${file}`, 'utf8');
      assert.ok(parent.stdout);
      const [line] = await once(parent.stdout, 'data');
      const pid = Number(String(line).trim());
      while (!proc(parent.pid, 'cmdline').startsWith('sleep')) await setImmediate();
      assert.equal(isAlive({ pid }), true);
      const starter = parent.stdio[3];
      assert.ok(starter instanceof Writable);
      starter.write('\n');
      while (!proc(pid, 'stat').includes(') Z ')) await setImmediate();
      assert.equal(isAlive({ pid }), false);
      parent.kill('SIGSTOP');
      assert.equal(isAlive({ pid: parent.pid ?? 0 }), true);
    } finally {
      parent.kill('SIGKILL');
    }
  });

  for (const [what, text] of [
    ['empty', ''],
    ['half written', '{"pid":12,"nonce":"ab'],
    ['foreign', 'hello'],
    ['foreign JSON', '{"pid":"x"}'],
    ['huge', 'x'.repeat(100_000)],
    [
      'a nonce that is a path',
      JSON.stringify({ ...ownLife(), nonce: '../../../x', address: 'a', token: 'b'.repeat(64) }),
    ],
  ] as const) {
    it(`waits for a young file that is ${what}, and takes an old one`, () => {
      write(text);
      assert.equal(takeLock(folder, record()), false);
      assert.equal(fs.readFileSync(file, 'utf8'), text);
      write(text, { old: true });
      assert.equal(readOwner(folder), undefined);
      assert.equal(takeLock(folder, record()), true);
      assert.deepEqual(fs.readdirSync(folder), ['owner.lock']);
    });
  }

  it('leaves a dead owner to the living process that already claims its place', () => {
    const dead = record({ pid: deadPid() });
    write(JSON.stringify(dead));
    fs.writeFileSync(`${file}.${dead.nonce}.claim`, JSON.stringify(record()));
    assert.equal(takeLock(folder, record()), false);
    assert.equal(holder(), dead.nonce);
  });

  it('passes over claimants that died while they took it', () => {
    const dead = record({ pid: deadPid() });
    const claimant = record({ pid: deadPid() });
    write(JSON.stringify(dead));
    fs.writeFileSync(`${file}.${dead.nonce}.claim`, JSON.stringify(claimant));
    fs.writeFileSync(`${file}.${claimant.nonce}.claim`, JSON.stringify(record({ pid: deadPid() })));
    const next = record();
    assert.equal(takeLock(folder, next), true);
    assert.equal(holder(), next.nonce);
    assert.deepEqual(fs.readdirSync(folder), ['owner.lock']);
  });

  it('tells what is wrong with a folder that is none', () => {
    fs.writeFileSync(path.join(folder, 'file'), '');
    assert.throws(
      () => takeLock(path.join(folder, 'missing'), record()),
      (error) => ZoeyError.is(error) && error.code === 'storage_failed',
    );
    assert.throws(
      () => takeLock(path.join(folder, 'file'), record()),
      (error) => ZoeyError.is(error) && error.code === 'storage_failed',
    );
  });

  it("has one winner when processes race for a dead owner's lock", async () => {
    const contenders = [1, 2, 3, 4].map(() => fork(program('contender'), { execArgv: [] }));
    try {
      for (let round = 0; round < 25; round++) {
        const arena = emptyFolder();
        const dead = JSON.stringify(record({ pid: deadPid() }));
        if (round % 5 > 0) fs.writeFileSync(path.join(arena, 'owner.lock'), dead);
        const answers = contenders.map(async (contender) => (await once(contender, 'message'))[0].took);
        for (const contender of contenders) contender.send(arena);
        const took = (await Promise.all(answers)).filter(Boolean);
        assert.equal(took.length, 1, `round ${round}: ${took.length} winners`);
        assert.deepEqual(fs.readdirSync(arena), ['owner.lock']);
      }
    } finally {
      for (const contender of contenders) contender.kill();
    }
  });
});
