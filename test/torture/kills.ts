import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { gunzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { silentLog } from '../../runtime/kernel/log.ts';
import { createSqliteDatabase } from '../../runtime/storage/index.ts';
import { agentId, id, note } from '../support/storage/samples.ts';
import type { Tally } from './tally.ts';

const WRITER = path.join(__dirname, '..', 'support', 'storage', 'writer.ts');
const SCHEMA_2 = path.join(__dirname, '..', 'fixtures', 'storage', 'schema-2.sqlite.gz');
const ENGINE = path.dirname(createRequire(__filename).resolve('sql.js/dist/sql-wasm.js'));
/** The numbers of notes start here: those below are of the database of an earlier schema. */
const FIRST = 1000;

/** A writer in a process of its own that is killed again and again over one database. */
export class Kills {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'zoey-kill-'));
  readonly #kept = new Set<number>();
  readonly #forgotten = new Set<number>();
  readonly #forgetting = new Set<number>();
  #next = FIRST;
  #rounds = 0;

  get #writer(): string {
    return path.join(this.#folder, 'dist', 'writer.js');
  }

  get #memory(): string {
    return path.join(this.#folder, 'memory');
  }

  get #file(): string {
    return path.join(this.#memory, 'memory.sqlite');
  }

  /** As it ships: one file, with sql.js in a folder beside it. */
  async build(): Promise<void> {
    const options = { bundle: true, platform: 'node', format: 'cjs' } as const;
    await build({ entryPoints: [WRITER], outfile: this.#writer, ...options });
    mkdirSync(path.join(this.#folder, 'dist', 'sql.js'));
    for (const name of ['sql-wasm.js', 'sql-wasm.wasm']) {
      cpSync(path.join(ENGINE, name), path.join(this.#folder, 'dist', 'sql.js', name));
    }
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** One life of the writer, and a look at what it left. Every fourth has to bring an earlier schema up to date. */
  async round(random: () => number, tally: Tally): Promise<void> {
    const migrates = this.#rounds++ % 4 === 3;
    if (migrates) this.#startOver();
    const vacuums = !migrates && random() < 0.25;
    const when =
      migrates || vacuums ? { ms: 40 + random() * 250 } : { lines: 1 + Math.floor(random() * 300) };
    tally.acknowledged += await this.#killAfter(when, vacuums ? ['vacuum'] : []);
    tally.kills += 1;
    tally.doubled += await this.#check();
  }

  #startOver(): void {
    rmSync(this.#memory, { recursive: true, force: true });
    mkdirSync(this.#memory);
    writeFileSync(this.#file, gunzipSync(readFileSync(SCHEMA_2)));
    for (const set of [this.#kept, this.#forgotten, this.#forgetting]) set.clear();
    this.#kept.add(12);
  }

  /** Returns how many writes it acknowledged. */
  async #killAfter({ lines, ms }: { lines?: number; ms?: number }, args: string[]): Promise<number> {
    const child = spawn(process.execPath, [this.#writer, this.#file, String(this.#next), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let complaints = '';
    child.stderr.on('data', (text) => {
      complaints += String(text);
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), ms ?? 60_000);
    let count = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      const number = Number(line.slice(1));
      if (line.startsWith('?')) this.#forgetting.add(number);
      else {
        (line.startsWith('+') ? this.#kept : this.#forgotten).add(number);
        if (++count === lines) child.kill('SIGKILL');
      }
      // More than are written at once may be on their way.
      this.#next = Math.max(this.#next, number + 20);
    }
    clearTimeout(timer);
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    this.#next += 20;
    assert.equal(complaints, '');
    assert.equal(child.signalCode, 'SIGKILL');
    return count;
  }

  /** A copy is looked at, so that the next writer finds what the kill left. Returns how many are there twice. */
  async #check(): Promise<number> {
    const copy = path.join(this.#folder, 'copy');
    if (!existsSync(this.#memory)) return 0;
    cpSync(this.#memory, copy, { recursive: true });
    const db = createSqliteDatabase({ file: path.join(copy, 'memory.sqlite'), log: silentLog });
    await db.init();
    assert.equal(db.notice(), undefined);
    const { items } = await db.getMemories({ agentId, limit: 1_000_000 });
    const there = new Set(items.map((memory) => memory.id));
    for (const number of this.#kept) {
      if (!this.#forgetting.has(number)) assert.ok(there.has(id(number)), `lost ${number}`);
    }
    for (const number of this.#forgotten) assert.ok(!there.has(id(number)), `${number} came back`);
    if (this.#kept.has(12)) assert.deepEqual(await db.getMemoryById(id(12)), note(12));
    await db.close();
    for (const name of readdirSync(copy)) {
      const bytes = readFileSync(path.join(copy, name));
      for (const number of this.#forgotten) {
        assert.ok(!bytes.includes(`word${number}x`), `a trace of ${number} in ${name}`);
      }
    }
    rmSync(copy, { recursive: true, force: true });
    return items.length - there.size;
  }
}
