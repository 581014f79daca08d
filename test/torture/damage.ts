import assert from 'node:assert/strict';
import { silentLog } from '../../runtime/kernel/log.ts';
import { createSqliteDatabase, type SqliteDatabase } from '../../runtime/storage/index.ts';
import { MemoryDisk } from '../support/storage/memoryDisk.ts';
import { agentId, message, note, room } from '../support/storage/samples.ts';
import type { Tally } from './tally.ts';

const FILE = '/disk/memory.sqlite';
const PAGE = 4096;
const DAY = 86_400_000;

/**
 * A database, used after its copy was made, with some pages overwritten. What the copy has must be there, what
 * else is there must be as it was, and the count of what is lost must be told.
 */
export async function damageAndRecover(random: () => number, tally: Tally): Promise<void> {
  const upTo = (n: number) => Math.floor(random() * n);
  const disk = new MemoryDisk();
  const db = on(disk);
  const texts = new Map<string, string>();
  const fill = async (first: number, count: number) => {
    const memories = Array.from({ length: count }, (_, i) => {
      const content = { text: `Text ${first + i} ${'w'.repeat(upTo(random() < 0.1 ? 20_000 : 500))}` };
      return random() < 0.5 ? note(first + i, { content }) : message(first + i, { content });
    });
    await db.createMemories(memories);
    for (const memory of memories) texts.set(memory.id, memory.content.text);
  };
  await db.init();
  await db.createRoom(room(1));
  await fill(1000, upTo(400));
  await db.close();
  const copied = new Set(texts.keys());
  disk.now = DAY / 2;
  await db.init();
  await fill(2000, 1 + upTo(400));
  await db.close();

  const bytes = disk.files()[FILE] ?? assert.fail('no database');
  for (let n = 1 + upTo(4); n > 0; n--) {
    const page = upTo(bytes.length / PAGE);
    // SQLite has no checksums: where a long text goes on, on a page that begins with 0, nobody can tell.
    if (bytes[page * PAGE] !== 0) bytes.fill(upTo(256), page * PAGE, (page + 1) * PAGE);
  }
  disk.put(FILE, bytes);
  const after = on(disk);
  await after.init();
  // Whoever reads it finds it damaged sooner or later, and what follows is answered from what was recovered.
  for (let tries = 0; tries < 3; tries++) {
    const whole = await allOf(after).catch(() => undefined);
    if (whole !== undefined && (after.notice() !== undefined || tries === 2)) break;
  }
  const there = await allOf(after);
  for (const [id, text] of there) assert.equal(text, texts.get(id), 'another text');
  const lost = [...texts.keys()].filter((id) => !there.has(id));
  if (after.notice() === undefined) assert.deepEqual(lost, [], 'lost in silence');
  else {
    tally.damages += 1;
    assert.deepEqual(
      lost.filter((id) => copied.has(id)),
      [],
      'lost though there is a copy',
    );
    const told = /Lost, since it could not be read there: (\d+)/.exec(after.notice() ?? '')?.[1];
    if (told !== undefined) assert.equal(Number(told), lost.length);
    else if (lost.length > 0) assert.match(after.notice() ?? '', /is lost\./);
  }
  await after.close();
}

const on = (disk: MemoryDisk): SqliteDatabase =>
  createSqliteDatabase({ file: FILE, fs: disk.fs, clock: () => disk.now, log: silentLog });

async function allOf(db: SqliteDatabase): Promise<Map<string, string>> {
  const { items } = await db.getMemories({ agentId, limit: 10_000 });
  return new Map(items.map(({ id, content }) => [id, content.text]));
}
