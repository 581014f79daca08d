import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ZoeyError } from '../../runtime/kernel/errors.ts';
import { startHelper } from '../../runtime/kernel/helperProcess.ts';
import { Chunker } from '../../runtime/workspace/chunk/chunker.ts';
import type { ChunkTask } from '../../runtime/workspace/chunk/work.ts';

const WORKER = path.join(__dirname, '../../runtime/workspace/chunk/worker.ts');
const text = (name: string): ChunkTask => ({
  type: 'text',
  path: `${name}.ts`,
  text: `export function ${name}() {\n  return 1;\n}\n`,
});

describe('the process that cuts files', () => {
  let started: ChildProcess[];
  let chunker: Chunker;
  let folder: string;

  beforeEach(() => {
    started = [];
    folder = mkdtempSync(path.join(tmpdir(), 'zoey-chunker-'));
  });

  afterEach(async () => {
    await chunker.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function begin(start: () => ChildProcess): void {
    chunker = new Chunker(() => {
      const child = start();
      started.push(child);
      return child;
    });
  }

  const real = () => startHelper(WORKER, { flags: ['--require', 'tsx/cjs'] });

  /** A program in place of ours: `message` is what it is asked. */
  const scripted = (program: string) => () => {
    const file = path.join(folder, 'worker.cjs');
    writeFileSync(file, `process.on('message', (message) => { ${program} });`);
    return startHelper(file, {});
  };

  async function names(tasks: readonly ChunkTask[]): Promise<unknown[]> {
    const results = await chunker.run(tasks);
    return results.map((result) => (result.type === 'chunks' ? result.chunks[0]?.symbol : result.type));
  }

  async function refused(work: Promise<unknown>, code: string): Promise<ZoeyError> {
    const error = await work.catch((error: unknown) => error);
    assert.ok(ZoeyError.is(error), String(error));
    assert.equal(error.code, code);
    return error;
  }

  it('is one for all batches, and answers each in its order', async () => {
    begin(real);
    const both = [names([text('one'), text('two')]), names([text('three')])];
    assert.deepEqual(await Promise.all(both), [['one', 'two'], ['three']]);
    assert.equal(started.length, 1);
  });

  it('is replaced where it dies, and the work is done again', async () => {
    begin(real);
    const both = [names([text('one')]), names([text('two')])];
    started[0]?.kill('SIGKILL');
    assert.deepEqual(await Promise.all(both), [['one'], ['two']]);
    assert.equal(started.length, 2);
  });

  it('gives up a batch of which it dies twice, tells its last words, and does the next', async () => {
    begin(
      scripted(`
        if (message.tasks[0].path !== 'bad.ts') return process.send({ id: message.id, results: [] });
        process.stderr.write('out of memory', () => process.exit(1));
      `),
    );
    const { cause } = await refused(chunker.run([text('bad')]), 'internal');
    assert.match(String(cause), /out of memory/);
    assert.equal(started.length, 2);
    assert.deepEqual(await chunker.run([text('good')]), []);
  });

  it('that cannot be started fails the batch', async () => {
    begin(() => startHelper(WORKER, { flags: ['--no-such-flag'] }));
    await refused(chunker.run([text('one')]), 'internal');
  });

  it('whose program is missing fails the batch', async () => {
    begin(() => spawn(path.join(folder, 'none'), { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] }));
    const { cause } = await refused(chunker.run([text('one')]), 'internal');
    assert.match(String(cause), /ENOENT/);
  });

  it('is gone when it is closed, and what waits is told so', async () => {
    begin(scripted(''));
    const waiting = refused(chunker.run([text('one')]), 'server_stopped');
    await chunker.close();
    await waiting;
    assert.equal(started[0]?.signalCode, 'SIGKILL');
    await refused(chunker.run([text('one')]), 'server_stopped');
  });

  it('ends with the process that started it', async () => {
    begin(real);
    await names([text('one')]);
    const [child] = started;
    assert.ok(child);
    const ended = once(child, 'exit');
    child.disconnect();
    await ended;
  });
});
