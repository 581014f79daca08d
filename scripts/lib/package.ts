import { stat } from 'node:fs/promises';
import { packageExtension } from './packageExtension.ts';
import { main } from './progress.ts';

main(async () => {
  const file = await packageExtension();
  const { size } = await stat(file);
  process.stdout.write(`${file} (${(size / 1e6).toFixed(1)} MB)\n`);
  return 0;
});
