import assert from 'node:assert/strict';
import { ZoeyError } from '../../runtime/kernel/errors.ts';
import { silentLog } from '../../runtime/kernel/log.ts';
import { createSqliteDatabase, type SqliteDatabase } from '../../runtime/storage/index.ts';
import { type Hook, MemoryDisk, refusal } from '../support/storage/memoryDisk.ts';
import { agentId, id, note } from '../support/storage/samples.ts';
import type { Tally } from './tally.ts';

const FILE = '/disk/memory.sqlite';
const HOUR = 3_600_000;
const ROUNDS = 4;

/** What must be there, must not be, and may be either way since nobody was told. */
class Ledger {
  readonly kept = new Set<number>();
  readonly gone = new Set<number>();
  readonly open = new Set<number>();

  settle(number: number, to: Set<number>): void {
    for (const set of [this.kept, this.gone, this.open]) set.delete(number);
    to.add(number);
  }
}

/**
 * One database over some days on a disk that fails in every way that is known: full, broken, read-only, short
 * reads and writes, a power cut that loses what was not synced, a clock that jumps. After each, all that was
 * acknowledged must be there, and nothing that was forgotten.
 */
export async function live(random: () => number, tally: Tally): Promise<void> {
  const upTo = (n: number) => Math.floor(random() * n);
  const ledger = new Ledger();
  let disk = new MemoryDisk();
  disk.now = Date.UTC(2026, 0, 1);
  let next = 1;
  for (let round = 0; round < ROUNDS; round++) {
    disk.transfer = random() < 0.5 ? (bytes) => bytes : (bytes) => 1 + upTo(bytes);
    const db = on(disk);
    await db.init();
    assert.equal(db.notice(), undefined);
    disk.hook = mischief(random);
    for (let step = 0; step < 8; step++) {
      const calls = Array.from({ length: 1 + upTo(4) }, () =>
        random() < 0.25 && ledger.kept.size > 0
          ? forget(db, ledger, [...ledger.kept][upTo(ledger.kept.size)] ?? 0)
          : add(db, ledger, next++, upTo(6000)),
      );
      for (const acknowledged of await Promise.all(calls)) tally.acknowledged += acknowledged ? 1 : 0;
      // The clock may go backwards: a laptop wakes up, a server corrects it.
      disk.now += Math.floor((random() - 0.3) * 24 * HOUR);
      if (random() < 0.1) await closeAndOpen(db);
    }
    disk.hook = () => {};
    if (random() < 0.5) {
      const now = disk.now;
      disk = disk.afterPowerCut(disk.ops.length, random);
      disk.now = now;
      tally.powerCuts += 1;
    } else await db.close();
    tally.doubled += await check(disk, ledger);
    disk = new MemoryDisk(disk.files());
    disk.now = Date.UTC(2026, 0, 1) + round * 20 * HOUR;
  }
  tally.lives += 1;
}

const on = (disk: MemoryDisk): SqliteDatabase =>
  createSqliteDatabase({ file: FILE, fs: disk.fs, clock: () => disk.now, log: silentLog });

const word = (number: number) => `word${number}x`;

async function add(db: SqliteDatabase, ledger: Ledger, number: number, length: number): Promise<boolean> {
  ledger.settle(number, ledger.open);
  const text = `${word(number)} ${'w'.repeat(length)}`;
  return told(db.createMemories([note(number, { content: { text } })]), () =>
    ledger.settle(number, ledger.kept),
  );
}

async function forget(db: SqliteDatabase, ledger: Ledger, number: number): Promise<boolean> {
  ledger.settle(number, ledger.open);
  return told(db.deleteMemories([id(number)]), () => ledger.settle(number, ledger.gone));
}

async function told(work: Promise<unknown>, then: () => void): Promise<boolean> {
  try {
    await work;
    then();
    return true;
  } catch (error) {
    assert.ok(ZoeyError.is(error) && error.code.startsWith('storage_'), String(error));
    return false;
  }
}

async function closeAndOpen(db: SqliteDatabase): Promise<void> {
  await db.close();
  await db.init().catch((error: unknown) => {
    assert.ok(ZoeyError.is(error) && error.code.startsWith('storage_'), String(error));
  });
}

/** Refuses calls now and then, for a while, with one of the codes that a system has. */
function mischief(random: () => number): Hook {
  const codes = ['ENOSPC', 'EIO', 'EDQUOT', 'EROFS'];
  const calls = [
    'writeSync',
    'fdatasyncSync',
    'fsyncSync',
    'readSync',
    'openSync',
    'renameSync',
    'unlinkSync',
  ];
  const chance = random() < 0.3 ? 0 : random() ** 3 * 0.2;
  let code = 'EIO';
  let bad = 0;
  return (call) => {
    if (bad === 0 && random() < chance) {
      bad = 1 + Math.floor(random() * 6);
      code = codes[Math.floor(random() * codes.length)] ?? 'EIO';
    }
    if (bad === 0 || !calls.includes(call)) return;
    bad -= 1;
    throw refusal(code);
  };
}

/** Opens what is left; returns how many are there more than once. */
async function check(disk: MemoryDisk, ledger: Ledger): Promise<number> {
  disk.transfer = (bytes) => bytes;
  const db = on(disk);
  await db.init();
  assert.equal(db.notice(), undefined);
  const all = await db.getMemories({ agentId, limit: 10_000 });
  const there = new Set(all.items.map((memory) => memory.id));
  for (const number of ledger.kept) assert.ok(there.has(id(number)), `lost ${number}`);
  for (const number of ledger.gone) assert.ok(!there.has(id(number)), `${number} came back`);
  for (const number of [...ledger.open]) {
    // What was in doubt is known from now on.
    ledger.settle(number, there.has(id(number)) ? ledger.kept : ledger.gone);
  }
  await db.close();
  const bytes = Object.values(disk.files());
  for (const number of ledger.gone) {
    assert.ok(!bytes.some((file) => file.includes(`${word(number)} `)), `a trace of ${number}`);
  }
  return all.items.length - there.size;
}
