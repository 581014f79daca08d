// Indexes a folder for ever anew, with small changes, and tells after each file batch. To be killed.
import { writeSync } from 'node:fs';
import { testIndex } from './index.ts';

async function work(file: string, root: string): Promise<void> {
  const index = testIndex({ file });
  index.ask([{ root, exclude: [] }]);
  for await (const { done } of index.watch(new AbortController().signal)) writeSync(1, `${done}\n`);
  writeSync(1, 'complete\n');
  // What is not on disk yet is written while this waits to be killed.
  setInterval(() => writeSync(1, 'waits\n'), 20);
}

const [, , file = '', root = ''] = process.argv;
work(file, root).catch((error: unknown) => {
  writeSync(2, `${String(error)}\n`);
  process.exitCode = 1;
});
