import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { build, type Plugin } from 'esbuild';
import { cacheFolder, root } from './folders.ts';
import { npm } from './npm.ts';
import { step } from './progress.ts';

/** The targets of vsce that onnxruntime-node has binaries for. */
export const NATIVE_TARGETS = [
  'linux-x64',
  'linux-arm64',
  'darwin-arm64',
  'win32-x64',
  'win32-arm64',
] as const;
export type NativeTarget = (typeof NATIVE_TARGETS)[number];

const recipe = path.join(root, 'scripts/native');
const BINARIES = 'bin/napi-v6';
/** How onnxruntime-node asks for its binding. */
const HOOK = /require\(`\.\.\/bin\/napi-v6\/[^`]*`\)/g;
/** npm keeps a link under two names as two files; the shorter is the one that is loaded. */
const TWIN = /\.\d+\.\d+\.\d+\.dylib$/;

/** Makes `folder` the native runtime of one platform: index.js, the binding and what that links to. */
export async function bringNative(target: NativeTarget, folder: string): Promise<void> {
  const installed = path.join(await install(), 'node_modules/onnxruntime-node');
  const binaries = path.join(installed, BINARIES, ...target.split('-'));
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const file of await readdir(binaries)) {
    if (!TWIN.test(file)) await cp(path.join(binaries, file), path.join(folder, file));
  }
  await build({
    entryPoints: { index: path.join(installed, 'dist/index.js') },
    outdir: folder,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    legalComments: 'none',
    logLevel: 'warning',
    external: ['*.node'],
    plugins: [bindingBeside()],
  });
}

/** Installs onnxruntime-node into the cache, once for each lockfile. Its script, which would fetch, is not run. */
async function install(): Promise<string> {
  const lockfile = await readFile(path.join(recipe, 'package-lock.json'));
  const hash = createHash('sha256').update(lockfile).digest('hex').slice(0, 12);
  const place = path.join(cacheFolder(), `native-${hash}`);
  if (existsSync(place)) return place;
  await mkdir(cacheFolder(), { recursive: true });
  const draft = await mkdtemp(path.join(cacheFolder(), `.draft-${process.pid}-`));
  try {
    await cp(recipe, draft, { recursive: true });
    await step('Installing the native ONNX runtime (300 MB, once)', () => npm(draft, ['ci']));
    await rename(draft, place).catch((error: unknown) => {
      // Another process was faster.
      if (!existsSync(place)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true, maxRetries: 3 });
  }
  return place;
}

/** The binding lies beside the bundle. */
function bindingBeside(): Plugin {
  return {
    name: 'binding-beside',
    setup(builder) {
      builder.onLoad({ filter: /onnxruntime-node[\\/]dist[\\/]binding\.js$/ }, async ({ path: file }) => {
        const text = await readFile(file, 'utf8');
        const found = text.match(HOOK)?.length ?? 0;
        if (found !== 1) throw new Error(`onnxruntime-node asks for its binding ${found} times, not once.`);
        return { contents: text.replace(HOOK, 'require("./onnxruntime_binding.node")'), loader: 'js' };
      });
    },
  };
}
