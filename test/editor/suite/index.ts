import { readdirSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';
import ResultsReporter from '../../support/reporter.ts';

/** What VS Code calls inside the extension host, on the desktop as in a browser. */
export async function run(): Promise<void> {
  const grep = process.env.ZOEY_TEST_GREP;
  const mocha = new Mocha({
    ui: 'bdd',
    timeout: 90_000,
    reporter: ResultsReporter,
    ...(grep && { grep }),
  });
  for (const name of readdirSync(__dirname)) {
    if (name.endsWith('.test.js')) mocha.addFile(path.join(__dirname, name));
  }
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} failed`);
}
