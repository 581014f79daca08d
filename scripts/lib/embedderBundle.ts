import { cp, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';
import { root } from './folders.ts';

/** Where transformers.js asks for its ONNX runtime. Nothing but a native binding would do there. */
const HOOK = 'requireFromHere("onnxruntime-node")';
const web = path.join(root, 'node_modules/onnxruntime-web/dist');
const wasm = ['ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm'];

/** The files of ours that the bundle is made of. */
export const embedderSources = path.join(root, 'runtime/models/embedder/worker');

/** How dist/embedder.js is built from its entry; the caller adds where it goes. */
export const embedderBundle: BuildOptions = {
  entryPoints: { embedder: path.join(embedderSources, 'main.ts') },
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  legalComments: 'none',
  logLevel: 'warning',
  conditions: ['onnxruntime-web-use-extern-wasm', 'node', 'import'],
  banner: { js: "const fileUrl = require('node:url').pathToFileURL(__filename).href;" },
  define: { 'import.meta.url': 'fileUrl', navigator: 'undefined' },
  plugins: [onnxRuntime()],
};

/** Puts what the worker reads at run time beside its bundle in `dist`. */
export async function copyOnnxRuntime(dist: string): Promise<void> {
  await mkdir(path.join(dist, 'onnxruntime'), { recursive: true });
  for (const file of wasm) await cp(path.join(web, file), path.join(dist, 'onnxruntime', file));
}

/** Gives transformers.js the runtime that the worker chose, and leaves out what is for images. */
function onnxRuntime(): Plugin {
  return {
    name: 'onnx-runtime',
    setup(build) {
      let hooked = false;
      build.onResolve({ filter: /^sharp$/ }, () => ({ path: 'sharp', namespace: 'nothing' }));
      build.onLoad({ filter: /.*/, namespace: 'nothing' }, () => ({ contents: 'module.exports = {};' }));
      build.onResolve({ filter: /^onnxruntime-web\/wasm$/ }, () => ({
        path: path.join(web, 'ort.node.min.mjs'),
      }));
      build.onLoad({ filter: /transformers\.node\.mjs$/ }, async ({ path: file }) => {
        const text = await readFile(file, 'utf8');
        const found = text.split(HOOK).length - 1;
        if (found !== 1) throw new Error(`transformers.js asks for its runtime ${found} times, not once.`);
        hooked = true;
        return { contents: text.replace(HOOK, 'globalThis.zoeyOnnx'), loader: 'js' };
      });
      build.onEnd(({ errors }) => {
        if (!hooked && errors.length === 0) throw new Error('transformers.js was not part of the bundle.');
      });
    },
  };
}
