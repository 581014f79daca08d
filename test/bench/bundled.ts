import { cpSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { build } from 'esbuild';
import { asciiOutput } from '../../scripts/lib/asciiOutput.ts';

/** Builds a script of this folder as the package is built, with sql.js beside it. Returns the built one. */
export async function bundled(name: string, folder: string): Promise<string> {
  const outfile = path.join(folder, 'dist', 'child.js');
  const options = { bundle: true, minify: true, platform: 'node', format: 'cjs', logLevel: 'error' } as const;
  await build({ entryPoints: [path.join(__dirname, name)], outfile, plugins: [asciiOutput], ...options });
  const engine = path.dirname(createRequire(__filename).resolve('sql.js/dist/sql-wasm.js'));
  mkdirSync(path.join(folder, 'dist', 'sql.js'), { recursive: true });
  for (const part of ['sql-wasm.js', 'sql-wasm.wasm']) {
    cpSync(path.join(engine, part), path.join(folder, 'dist', 'sql.js', part));
  }
  return outfile;
}
