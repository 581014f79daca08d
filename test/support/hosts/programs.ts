import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';

type Program =
  | 'member'
  | 'realMember'
  | 'server'
  | 'realServer'
  | 'chunker'
  | 'cli'
  | 'realCli'
  | 'contender';

const built = new Map<string, string>();
let folder: string | undefined;

/** Builds a program of this folder as the product's are built; returns the path of the script. */
export function program(name: Program): string {
  folder ??= makeFolder();
  const known = built.get(name);
  if (known !== undefined) return known;
  const outfile = path.join(folder, `${name}.js`);
  buildSync({
    entryPoints: [path.join(__dirname, `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'warning',
    // Some libraries are modules that look where they lie.
    banner: { js: "const moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
    define: { 'import.meta.url': 'moduleUrl' },
  });
  built.set(name, outfile);
  return outfile;
}

/** An empty folder that is removed when the tests end. */
export function emptyFolder(): string {
  folder ??= makeFolder();
  return fs.mkdtempSync(path.join(folder, 'd-'));
}

function makeFolder(): string {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), 'zoey-hosts-'));
  // Where the built programs look for it, as in the product's dist folder.
  const sqlJs = path.dirname(require.resolve('sql.js/dist/sql-wasm.js'));
  for (const file of ['sql-wasm.js', 'sql-wasm.wasm']) {
    fs.cpSync(path.join(sqlJs, file), path.join(made, 'sql.js', file));
  }
  process.once('exit', () => fs.rmSync(made, { recursive: true, force: true }));
  return made;
}
