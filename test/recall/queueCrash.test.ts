import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { silentLog } from '../../runtime/kernel/log.ts';
import { createSqliteDatabase } from '../../runtime/storage/index.ts';
import { fakeEmbedder } from '../support/fakeEmbedder.ts';
import { seeded } from '../support/storage/random.ts';
import { id, note } from '../support/storage/samples.ts';
import { temporaryFolder } from '../support/testRuntime.ts';

/** For a longer run: ZOEY_KILLS=100. */
const KILLS = Number(process.env.ZOEY_KILLS ?? 3);
const NOTES = 200;
/** Texts that are embedded together, and so may be embedded again. */
const BATCH = 16;
const CHILD = path.join(__dirname, '..', 'support', 'storage', 'embedding.ts');

const textOf = (number: number) => `Note ${number} speaks of ${number * 7}`;

describe('an embedding queue whose process is killed', () => {
  it(`goes on where it was, with the right vector for each (${KILLS} kills)`, async function () {
    this.timeout(30_000 + KILLS * 10_000);
    const { folder, remove } = await temporaryFolder();
    const file = path.join(folder, 'memory.sqlite');
    const open = async () => {
      const database = createSqliteDatabase({ file, log: silentLog });
      await database.init();
      return database;
    };
    const filling = await open();
    const notes = Array.from({ length: NOTES }, (_, at) => note(at, { content: { text: textOf(at) } }));
    await filling.createMemories(notes);
    await filling.close();

    const random = seeded(11);
    const shown: string[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      const texts = await run(1 + Math.floor(random() * 60));
      assert.ok(texts.length > 0, 'nothing was embedded');
      shown.push(...texts);
    }
    const rest = await run();
    assert.equal(rest.pop(), 'done');
    shown.push(...rest);

    assert.equal(new Set(shown).size, NOTES);
    assert.ok(shown.length <= NOTES + KILLS * BATCH, `${shown.length} texts were embedded`);
    const database = await open();
    const embedder = fakeEmbedder();
    const stamp = await embedder.stamp();
    assert.ok(stamp);
    const vectors = await database.getEmbeddings({ stamp, limit: NOTES + 1 });
    const expected = await embedder.embed(
      notes.map(({ content }) => content.text),
      { purpose: 'passage' },
    );
    assert.deepEqual(
      vectors.map(({ id, vector }) => [id, vector]),
      expected.map((vector, at) => [id(at), vector]),
    );
    assert.deepEqual(await database.countEmbeddings(stamp), { waiting: 0, failed: 0, embedded: NOTES });
    await database.close();
    await remove();

    /** What a process embeds until it is killed, or until it is done. */
    async function run(killAfter = Number.POSITIVE_INFINITY): Promise<string[]> {
      const child = spawn(process.execPath, ['--import', 'tsx', CHILD, file], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const lines: string[] = [];
      for await (const line of createInterface({ input: child.stdout })) {
        if (lines.push(line) === killAfter) child.kill('SIGKILL');
      }
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      return lines;
    }
  });
});
