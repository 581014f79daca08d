import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import * as z from 'zod';
import type { FunctionName } from '../../../runtime/protocol/contract.ts';
import type { JsonValue } from '../../../runtime/types/primitives.ts';
import { workspaceUri, zoey } from './access.ts';

/** How many files; a bench takes more, and has `ZOEY_TEST_FIGURES` name a file for what was measured. */
const FILES = Number(process.env.ZOEY_TEST_FILES ?? 300);
/** A folder of code to copy files from; without one, all are made up. */
const FROM = process.env.ZOEY_TEST_FROM;
const COPIED = FROM === undefined ? 0 : FILES - 100;
const MADE = FILES - COPIED;
const FOLDER = 'many';

const Progress = z.object({ state: z.string(), done: z.number(), total: z.number() });
const Status = Progress.extend({
  ready: z.boolean(),
  files: z.number(),
  chunks: z.number(),
  bytes: z.number(),
});
const Found = z.object({ items: z.array(z.object({ path: z.string() })) });
type Progress = z.infer<typeof Progress>;

async function call(name: FunctionName, input: JsonValue = {}, onChunk?: (chunk: unknown) => void) {
  return (await zoey()).agent.invoke({ name, input }, { ...(onChunk && { onChunk }) });
}

const status = async () => Status.parse(await call('workspace.status'));

/** Brings the index up to date. Gives what was told on the way, and how it was at the end. */
async function bringUpToDate(input: JsonValue = {}) {
  const told: Progress[] = [];
  const end = Status.parse(
    await call('workspace.index', input, (chunk) => void told.push(Progress.parse(chunk))),
  );
  return { told, end };
}

async function finds(word: string): Promise<boolean> {
  const { items } = Found.parse(await call('workspace.search', { query: word }));
  return items.some((item) => item.path.startsWith(`${FOLDER}/`));
}

/** Files of about 2.5 kB, forty a folder. */
function write(from: number, count: number): void {
  const root = workspaceUri(FOLDER).fsPath;
  for (let i = from; i < from + count; i++) {
    const folder = path.join(root, String(Math.floor(i / 40)));
    mkdirSync(folder, { recursive: true });
    const functions = Array.from({ length: 12 }, (_, n) => {
      const name = `part${n}Of${i}`;
      return `/** Computes part ${n} of what file ${i} is for. */\nexport function ${name}(input: number): number {\n  const scaled = input * ${n + 1};\n  return scaled > ${i} ? scaled - ${i} : scaled;\n}\n`;
    });
    writeFileSync(path.join(folder, `file${i}.ts`), functions.join('\n'));
  }
}

const CODE = /\.(?:[cm]?[jt]s|css|md|json|cc|h|py)$/;
const MAX_BYTES = 200_000;

/** Files as people wrote them, under names of ours: an ignore file may not name them. */
function copy(count: number): void {
  if (FROM === undefined) return;
  const root = workspaceUri(`${FOLDER}/real`).fsPath;
  let copied = 0;
  for (const entry of readdirSync(FROM, { recursive: true, withFileTypes: true })) {
    if (copied === count) return;
    const file = path.join(entry.parentPath, entry.name);
    if (!entry.isFile() || !CODE.test(entry.name) || statSync(file).size > MAX_BYTES) continue;
    const folder = path.join(root, String(Math.floor(copied / 40)));
    mkdirSync(folder, { recursive: true });
    copyFileSync(file, path.join(folder, `${copied}${path.extname(entry.name)}`));
    copied += 1;
  }
  throw new Error(`There are ${copied} files of code in ${FROM}.`);
}

describe('the index of a workspace with many files', function () {
  this.timeout(300_000);
  let here: number;

  before(async () => {
    here = (await bringUpToDate()).end.files;
  });
  after(async () => {
    rmSync(workspaceUri(FOLDER).fsPath, { recursive: true, force: true });
    await bringUpToDate();
  });

  /** Of what was copied, a few files are nothing that a person wrote. */
  function assertAll(files: number): void {
    if (COPIED === 0) assert.equal(files, here + FILES);
    else assert.ok(files > here + MADE + COPIED * 0.99, `${files} files`);
  }

  it('rests while it is paused, and goes on where it is resumed', async () => {
    assert.equal(Status.parse(await call('workspace.pause')).state, 'paused');
    write(0, 20);
    assert.equal((await bringUpToDate()).end.state, 'paused');
    assert.equal(await finds('part3Of7'), false);
    await call('workspace.resume');
    assert.equal((await bringUpToDate()).end.files, here + 20);
    assert.equal(await finds('part3Of7'), true);
  });

  it('takes them all in, tells how far it is, and holds nobody up meanwhile', async () => {
    write(20, MADE - 20);
    copy(COPIED);
    const held = monitorEventLoopDelay({ resolution: 1 });
    const start = performance.now();
    held.enable();
    const { told, end } = await bringUpToDate();
    held.disable();
    const seconds = (performance.now() - start) / 1000;
    assertAll(end.files);
    assert.equal(end.state, 'idle');
    assert.ok(told.length > 1);
    assert.ok(told.every(({ done, total }) => done <= total));
    assert.equal(await finds(`part5Of${MADE - 1}`), true);
    const { chunks, bytes } = end;
    keep('followed', { files: FILES, chunks, bytes, seconds, ...heldBy(held), ...(await memory()) });
  });

  it('begins anew when it is told to', async () => {
    const held = monitorEventLoopDelay({ resolution: 1 });
    const start = performance.now();
    held.enable();
    const { end } = await bringUpToDate({ rebuild: true });
    held.disable();
    assertAll(end.files);
    assert.equal(end.ready, true);
    const seconds = (performance.now() - start) / 1000;
    keep('rebuilt', { files: FILES, seconds, ...heldBy(held), ...(await memory()) });
    assert.equal((await status()).files, end.files);
  });
});

/** How long the loop of the extension host was held, in ms. */
function heldBy(held: IntervalHistogram): object {
  return { heldMs: held.max / 1e6, heldMostlyMs: held.percentile(99.9) / 1e6 };
}

/** What this system tells of the agent server, and of the helper that cuts files, in MB. */
async function memory(): Promise<object> {
  const { pid } = z.object({ pid: z.number() }).parse(await call('status'));
  try {
    const helpers = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
    const chunker = helpers.find((one) => readFileSync(`/proc/${one}/cmdline`, 'utf8').includes('chunker'));
    return {
      memory: megabytes(pid, 'VmRSS'),
      mostMemory: megabytes(pid, 'VmHWM'),
      ...(chunker !== undefined && { mostOfChunker: megabytes(Number(chunker), 'VmHWM') }),
    };
  } catch {
    return {};
  }
}

function megabytes(pid: number, name: string): number {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`${name}:\\s+(\\d+)`).exec(text)?.[1]) / 1024;
}

function keep(what: string, figures: object): void {
  const file = process.env.ZOEY_TEST_FIGURES;
  if (file !== undefined) writeFileSync(file, `${JSON.stringify({ what, ...figures })}\n`, { flag: 'a' });
}
