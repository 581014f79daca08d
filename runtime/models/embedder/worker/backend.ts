import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as web from 'onnxruntime-web/wasm';
import { wholeActivations } from './wholeActivations.ts';

// Loaded before transformers.js, which asks for its ONNX runtime while it is loaded. The build puts
// `globalThis.zoeyOnnx` where transformers.js would load a native binding.

/** Beside the bundle: the native runtime is in packages for one platform alone. */
const NATIVE = path.join(__dirname, 'native', 'index.js');
const WASM = path.join(__dirname, 'onnxruntime');

/** Threads of the native runtime: the person's machine has other work too. */
export const NATIVE_THREADS = 2;

export let backend: 'wasm' | 'native' = 'wasm';

type Runtime = Pick<typeof web, 'InferenceSession'>;

function openNative(): Runtime | undefined {
  if (!existsSync(NATIVE)) return undefined;
  try {
    const native: Runtime = require(NATIVE);
    backend = 'native';
    return native;
  } catch (error) {
    console.warn(`The native runtime cannot be used here, so WebAssembly is: ${String(error)}`);
    return undefined;
  }
}

function openWasm(): Runtime {
  const { wasm } = web.env;
  // Both are needed: without them the library would turn to a CDN.
  wasm.wasmPaths = { mjs: pathToFileURL(path.join(WASM, 'ort-wasm-simd-threaded.mjs')).href };
  wasm.wasmBinary = readFileSync(path.join(WASM, 'ort-wasm-simd-threaded.wasm'));
  wasm.numThreads = 1;
  return web;
}

/** What transformers.js opens models with: it hands over a path, and the model is read and prepared here. */
function prepared(runtime: Runtime): object {
  const onWasm = backend === 'wasm';
  const create = async (model: string | Uint8Array, options: web.InferenceSession.SessionOptions) => {
    const bytes = typeof model === 'string' ? await readFile(model) : Buffer.from(model);
    const whole = wholeActivations(bytes, onWasm ? 'eachTime' : 'once');
    return runtime.InferenceSession.create(whole, {
      ...options,
      ...(onWasm && { enableCpuMemArena: false }),
    });
  };
  return { ...runtime, InferenceSession: { create } };
}

Object.assign(globalThis, { zoeyOnnx: prepared(openNative() ?? openWasm()) });
