import { statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { findCode, openDesktop } from './openDesktop.ts';
import { openServed } from './openServed.ts';
import { packageExtension } from './packageExtension.ts';
import { Complaint, main } from './progress.ts';

const usage = `npm start [-- FOLDER] [--served]

Builds Zoey and opens it on FOLDER (this folder otherwise): in VS Code where its "code" command is on the
PATH, else in a VS Code served on this machine alone.

  --served  do not look for "code"
`;

/** The folder to open, as an absolute path. */
function chooseFolder(given: string | undefined): string {
  // npm runs scripts at the top of the checkout and tells where the person was.
  const folder = path.resolve(process.env.INIT_CWD ?? process.cwd(), given ?? '.');
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Complaint(`There is no folder ${folder}.`);
  }
  return folder;
}

main(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { served: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const folder = chooseFolder(positionals[0]);
  const vsix = await packageExtension();
  const code = values.served ? undefined : findCode();
  if (code !== undefined && (await openDesktop(code, vsix, folder))) return 0;
  return openServed(vsix, folder);
});
