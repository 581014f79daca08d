import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { silentLog } from '../../runtime/kernel/log.ts';
import { createSqliteDatabase } from '../../runtime/storage/index.ts';
import { seeded } from '../support/storage/random.ts';
import { agentId, id } from '../support/storage/samples.ts';

/** For a longer run: ZOEY_KILLS=100. */
const ROUNDS = Number(process.env.ZOEY_KILLS ?? 8);
const WRITER = path.join(__dirname, '..', 'support', 'storage', 'writer.ts');
const ENGINE = path.dirname(createRequire(__filename).resolve('sql.js/dist/sql-wasm.js'));

describe('a process that is killed while it writes', () => {
  let folder: string;
  let writer: string;
  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'zoey-kill-'));
    writer = path.join(folder, 'dist', 'writer.js');
    // As it ships: one file, with sql.js in a folder beside it.
    await build({ entryPoints: [WRITER], outfile: writer, bundle: true, platform: 'node', format: 'cjs' });
    mkdirSync(path.join(folder, 'dist', 'sql.js'));
    for (const name of ['sql-wasm.js', 'sql-wasm.wasm']) {
      cpSync(path.join(ENGINE, name), path.join(folder, 'dist', 'sql.js', name));
    }
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it(`has lost nothing that it acknowledged (${ROUNDS} times)`, async function () {
    this.timeout(30_000 + ROUNDS * 10_000);
    const file = path.join(folder, 'memory.sqlite');
    const random = seeded(7);
    const acknowledged = new Set<number>();
    for (let round = 0; round < ROUNDS; round++) {
      const before = acknowledged.size;
      const numbers = await killAfter(file, 1 + Math.floor(random() * 400));
      for (const number of numbers) acknowledged.add(number);
      assert.ok(acknowledged.size > before, 'the writer wrote nothing');

      // A copy is looked at, so that the next writer finds what the crash left.
      const copy = path.join(folder, `copy-${round}.sqlite`);
      for (const suffix of ['', '-wal']) if (existsSync(file + suffix)) cpSync(file + suffix, copy + suffix);
      const db = createSqliteDatabase({ file: copy, log: silentLog });
      await db.init();
      assert.equal(db.notice(), undefined);
      for (const number of acknowledged) {
        assert.notEqual(await db.getMemoryById(id(number)), undefined, `round ${round} lost ${number}`);
      }
      assert.ok((await db.countMemories({ agentId })) >= acknowledged.size);
      await db.close();
    }
  });

  /** Starts the writer and kills it once it acknowledged so many; returns all that it acknowledged. */
  async function killAfter(file: string, count: number): Promise<number[]> {
    const child = spawn(process.execPath, [writer, file], { stdio: ['ignore', 'pipe', 'pipe'] });
    let complaints = '';
    child.stderr.on('data', (text) => {
      complaints += String(text);
    });
    const numbers: number[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      numbers.push(Number(line));
      if (numbers.length === count) child.kill('SIGKILL');
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    assert.equal(complaints, '');
    assert.equal(child.signalCode, 'SIGKILL');
    return numbers;
  }
});
