import assert from 'node:assert/strict';
import { silentLog } from '../../runtime/kernel/log.ts';
import { createSqliteDatabase } from '../../runtime/storage/index.ts';
import { aRecall } from '../support/recall.ts';
import { MemoryDisk } from '../support/storage/memoryDisk.ts';
import { seeded } from '../support/storage/random.ts';
import { agentId, id, note } from '../support/storage/samples.ts';

const FILE = '/disk/memory.sqlite';
const WORD = 'xyzzy';
const CUTS = 25;

async function remembering(disk: MemoryDisk) {
  const database = createSqliteDatabase({ file: FILE, fs: disk.fs, clock: () => disk.now, log: silentLog });
  await database.init();
  const recall = await aRecall({ database, agentId, mayHoldForgotten: database.mayHoldForgotten() });
  return {
    ...recall,
    count: () => database.countMemories({ agentId, words: [WORD] }),
    async close() {
      await recall.close();
      await database.close();
    },
  };
}

const holding = (disk: MemoryDisk): string[] =>
  Object.entries(disk.files()).flatMap(([name, bytes]) => (bytes.includes(WORD) ? [name] : []));

describe('an index of words whose process is killed while something is forgotten', () => {
  it('holds no word of it after the next start, in no file and no copy', async () => {
    const disk = new MemoryDisk();
    const first = await remembering(disk);
    await first.database.createMemories([
      note(1, { content: { text: `The word is ${WORD}.` } }),
      ...Array.from({ length: 20 }, (_, n) => note(10 + n)),
    ]);
    assert.equal((await first.memories.search({ query: WORD, limit: 1 })).length, 1);
    await first.close();
    assert.ok(holding(disk).length > 0);

    const second = await remembering(disk);
    const begun = disk.ops.length;
    await second.database.deleteMemories([id(1)]);
    const done = disk.ops.length;
    await second.close();

    const random = seeded(7);
    let forgotten = 0;
    let leftToClear = 0;
    for (let n = 0; n < CUTS; n++) {
      const cut = begun + Math.round(((done - begun) * n) / (CUTS - 1));
      const left = disk.afterPowerCut(cut, random);
      left.now = disk.now;
      const words = holding(left).length;
      const after = await remembering(left);
      const there = await after.count();
      await after.close();
      if (there > 0) continue;
      forgotten += 1;
      if (words > 0) leftToClear += 1;
      assert.deepEqual(holding(left), [], `cut ${cut - begun} of ${done - begun}`);
    }
    assert.ok(forgotten > 0 && leftToClear > 0, 'no cut came in between');
  });

  it('is not opened at a start before which nothing was forgotten', async () => {
    const disk = new MemoryDisk();
    const first = await remembering(disk);
    await first.database.createMemories([note(1)]);
    await first.close();
    const database = createSqliteDatabase({ file: FILE, fs: disk.fs, clock: () => disk.now, log: silentLog });
    await database.init();
    assert.equal(database.mayHoldForgotten(), false);
    await database.close();
  });
});
