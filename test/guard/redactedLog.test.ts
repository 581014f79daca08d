import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { redactedLog } from '../../runtime/guard/redactedLog.ts';
import { createRuntime } from '../../runtime/index.ts';
import { keptLog } from '../support/agent.ts';
import { temporaryFolder } from '../support/testRuntime.ts';

const key = `ghp_${'a1B2'.repeat(9)}`;

describe('the log', () => {
  it('has no secret, whoever writes it', async () => {
    const { folder, remove } = await temporaryFolder();
    await writeFile(path.join(folder, 'bad.cjs'), `throw new Error('wrong token ${key}');`);
    const log = keptLog();
    const runtime = await createRuntime({ log, version: '0.0.0', plugins: { folder, trusted: true } });
    await runtime.close();
    const told = log.lines.map(({ message }) => message).join('\n');
    assert.match(told, /wrong token \[redacted: GitHub token\]/);
    assert.ok(!told.includes(key));
    await remove();
  });

  it('keeps levels, and lines of bounded length', () => {
    const log = keptLog();
    redactedLog(log).warn('a'.repeat(50_000));
    assert.deepEqual(
      log.lines.map(({ level, message }) => [level, message.length]),
      [['warn', 10_000]],
    );
  });
});
