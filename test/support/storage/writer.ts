// Writes and forgets notes for ever, several at a time, and prints "+number" or "-number" once it is durable. To
// be killed: `writer.js FILE FIRST [vacuum]`.
import { writeSync } from 'node:fs';
import { createLog, silentLog } from '../../../runtime/kernel/log.ts';
import { createSqliteDatabase } from '../../../runtime/storage/index.ts';
import { openStore } from '../../../runtime/storage/sqlite/openStore.ts';
import { id, note } from './samples.ts';

const AT_ONCE = 8;
/** One is forgotten after so many were written. */
const FORGET_EVERY = 25;

async function vacuum(file: string): Promise<void> {
  const { connection } = await openStore({ file, log: silentLog });
  connection.exec('VACUUM');
  connection.close();
}

async function write(file: string, first: number): Promise<void> {
  const log = createLog((_, text) => writeSync(2, `${text}\n`));
  const db = createSqliteDatabase({ file, log });
  await db.init();
  let next = first;
  const one = async (): Promise<void> => {
    for (;;) {
      const number = next++;
      const text = `word${number}x ${'words '.repeat((number * 37) % 400)}`;
      await db.createMemories([note(number, { content: { text } })]);
      // Synchronous, so that a kill cannot come between the acknowledgement and its being told.
      writeSync(1, `+${number}\n`);
      if (number % FORGET_EVERY !== 0) continue;
      writeSync(1, `?${number}\n`);
      await db.deleteMemories([id(number)]);
      writeSync(1, `-${number}\n`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

async function main([file = '', first = '', mode]: string[]): Promise<void> {
  if (mode === 'vacuum') await vacuum(file);
  await write(file, Number(first));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  writeSync(2, `${String(error)}\n`);
  process.exitCode = 1;
});
