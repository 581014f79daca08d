// Writes messages for ever, several at a time, and prints the number of each once it is durable. To be killed.
import { writeSync } from 'node:fs';
import { createLog } from '../../../runtime/kernel/log.ts';
import { createSqliteDatabase } from '../../../runtime/storage/index.ts';
import { agentId, message, room } from './samples.ts';

const AT_ONCE = 8;

async function write(file: string): Promise<void> {
  const log = createLog((_, text) => writeSync(2, `${text}\n`));
  const db = createSqliteDatabase({ file, log });
  await db.init();
  await db.createRoom(room(1));
  let next = 100 + (await db.countMemories({ agentId }));
  const one = async (): Promise<void> => {
    for (;;) {
      const number = next++;
      const text = `message ${number} ${'words '.repeat((number * 37) % 400)}`;
      await db.createMemories([message(number, { content: { text } })]);
      // Synchronous, so that a kill cannot come between the acknowledgement and its being told.
      writeSync(1, `${number}\n`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

write(process.argv[2] ?? '').catch((error: unknown) => {
  writeSync(2, `${String(error)}\n`);
  process.exitCode = 1;
});
