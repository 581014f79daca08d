// Embeds what waits in a database, slowly, and prints each text that it embeds. To be killed.
import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { silentLog } from '../../../runtime/kernel/log.ts';
import { createSqliteDatabase } from '../../../runtime/storage/index.ts';
import { fakeEmbedder } from '../fakeEmbedder.ts';
import { aRecall, embedded } from '../recall.ts';

async function embed(file: string): Promise<void> {
  const database = createSqliteDatabase({ file, log: silentLog });
  await database.init();
  const embedder = fakeEmbedder({
    async before(texts) {
      for (const text of texts) writeSync(1, `${text}\n`);
      await sleep(2);
    },
  });
  const recall = await aRecall({ database, embedder });
  await embedded(recall);
  writeSync(1, 'done\n');
  await recall.close();
  await database.close();
}

embed(process.argv[2] ?? '').catch((error: unknown) => {
  writeSync(2, `${String(error)}\n`);
  process.exitCode = 1;
});
