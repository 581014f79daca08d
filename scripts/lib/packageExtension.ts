import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createVSIX } from '@vscode/vsce';
import { root } from './folders.ts';
import { bringNative, type NativeTarget } from './native.ts';
import { run } from './processes.ts';
import { Complaint, step } from './progress.ts';
import { bringWeights } from './weights.ts';

/** All that the package is made of. A file that is not there yet counts as empty. */
const inputs = [
  'extension',
  'runtime',
  'webview',
  'media',
  'esbuild.mjs',
  'package.json',
  'package.nls.json',
  'package-lock.json',
  'tsconfig.base.json',
  'scripts/lib/embedderBundle.ts',
  'scripts/lib/weights.ts',
  'scripts/lib/native.ts',
  'scripts/native',
  '.vscodeignore',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'NOTICE',
];

/**
 * Builds the extension, minified, and packs it as `zoey-VERSION.vsix` at the top of the checkout, or as
 * `zoey-TARGET-VERSION.vsix` with the native runtime of one platform. Does nothing where the inputs are those
 * of the last time. Returns the absolute path of the file.
 */
export async function packageExtension(target?: NativeTarget): Promise<string> {
  const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
  const name = target === undefined ? 'zoey' : `zoey-${target}`;
  const file = path.join(root, `${name}-${version}.vsix`);
  const stampFile = path.join(root, `node_modules/.cache/zoey/packaged-${name}.json`);
  const hash = await hashInputs();
  const done = existsSync(file) && existsSync(stampFile) ? await readFile(stampFile, 'utf8') : '';
  if (done === hash) return file;
  await step('Building the extension', async () => {
    const { status, output } = await run(process.execPath, ['esbuild.mjs', '--minify'], {
      cwd: root,
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    if (status !== 0) throw new Complaint(`The build failed.\n${output}`);
  });
  if (target !== undefined) await bringNative(target, path.join(root, 'dist/native'));
  await step(`Packing ${path.basename(file)}`, () =>
    createVSIX({
      cwd: root,
      packagePath: file,
      dependencies: false,
      allowMissingRepository: true,
      rewriteRelativeLinks: false,
      ...(target !== undefined && { target }),
    }),
  );
  await mkdir(path.dirname(stampFile), { recursive: true });
  await writeFile(stampFile, hash);
  return file;
}

async function hashInputs(): Promise<string> {
  const hash = createHash('sha256').update((await bringWeights()) === undefined ? 'no weights' : 'weights');
  for (const input of inputs) {
    for (const file of await filesUnder(path.join(root, input))) {
      hash.update(`${path.relative(root, file)}\0`).update(await readFile(file));
    }
  }
  return hash.digest('hex');
}

/** The file itself, or all files under a folder, in a stable order; empty where there is neither. */
async function filesUnder(place: string): Promise<string[]> {
  try {
    const entries = await readdir(place, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .sort();
  } catch {
    return existsSync(place) ? [place] : [];
  }
}
