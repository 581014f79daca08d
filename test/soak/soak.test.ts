import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Sample } from './soak.ts';

/** What one message may leave in memory, in bytes, once it is answered: less than its own text and ids. */
const MAX_LEFT = 1_000;

describe('the whole pipeline', () => {
  it('keeps nothing of messages that were answered: memory is flat (`npm run soak` runs the long form)', async () => {
    const args = ['--expose-gc', '--import', 'tsx', path.join(__dirname, 'main.ts'), '2000', '--json'];
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      cwd: path.join(__dirname, '../..'),
    });
    const samples = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Sample);
    const [warm, ...later] = samples;
    const last = later.at(-1);
    assert.ok(warm && last && last.messages === 2_000);
    const left = (last.heap - warm.heap) / (last.messages - warm.messages);
    assert.ok(left < MAX_LEFT, `${Math.round(left)} bytes of the heap stay of each message`);
  }).timeout(60_000);
});
