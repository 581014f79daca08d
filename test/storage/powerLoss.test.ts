import assert from 'node:assert/strict';
import { silentLog } from '../../runtime/kernel/log.ts';
import { createSqliteDatabase } from '../../runtime/storage/index.ts';
import { MemoryDisk } from '../support/storage/memoryDisk.ts';
import { seeded } from '../support/storage/random.ts';
import { agentId, id, message, room } from '../support/storage/samples.ts';

const FILE = '/disk/memory.sqlite';
/** For a longer run: ZOEY_POWER_CUTS=5000. */
const CUTS = Number(process.env.ZOEY_POWER_CUTS ?? 100);
const DAY = 86_400_000;
const FIRST = 100;
/** Messages of one write. */
const GROUP = 3;

describe('a power cut', () => {
  const disk = new MemoryDisk();
  /** After this many changes on the disk, messages up to this number had been acknowledged. */
  const acknowledged: { ops: number; upTo: number }[] = [];

  before(async () => {
    let next = FIRST;
    // Two days between sessions, so that each makes its copy too.
    for (let session = 0; session < 3; session++) {
      disk.now = session * 2 * DAY;
      const db = createSqliteDatabase({ file: FILE, fs: disk.fs, clock: () => disk.now, log: silentLog });
      await db.init();
      await db.createRoom(room(1));
      for (let write = 0; write < 8; write++) {
        // The last ones are big enough to make SQLite empty its log by itself.
        const text = write < 6 ? 'some words' : 'many words '.repeat(session === 1 ? 70_000 : 100);
        const group = Array.from({ length: GROUP }, (_, i) => message(next + i, { content: { text } }));
        await db.createMemories(group);
        next += GROUP;
        acknowledged.push({ ops: disk.ops.length, upTo: next });
      }
      await db.close();
    }
  });

  it(`loses nothing acknowledged and leaves nothing half done (${CUTS} cuts)`, async function () {
    this.timeout(60_000 + CUTS * 400);
    const random = seeded(20_260_101);
    for (let round = 0; round < CUTS; round++) {
      const cut = Math.floor(random() * (disk.ops.length + 1));
      const left = disk.afterPowerCut(cut, random);
      left.now = disk.now;
      const db = createSqliteDatabase({ file: FILE, fs: left.fs, clock: () => left.now, log: silentLog });
      await db.init();
      assert.equal(db.notice(), undefined, `damaged after cut ${cut}`);
      const stored = await db.countMemories({ agentId });
      const due = (acknowledged.findLast(({ ops }) => ops <= cut)?.upTo ?? FIRST) - FIRST;
      assert.ok(stored >= due, `cut ${cut}: ${stored} stored, ${due} acknowledged`);
      assert.equal(stored % GROUP, 0, `cut ${cut}: half a write`);
      if (stored > 0)
        assert.notEqual(
          await db.getMemoryById(id(FIRST + stored - 1)),
          undefined,
          `cut ${cut}: not the first ones`,
        );
      await db.close();
    }
  });
});
