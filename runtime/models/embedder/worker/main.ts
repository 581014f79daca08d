import './offline.ts';
import './backend.ts';

import { env, type FeatureExtractionPipeline, pipeline } from '@huggingface/transformers';
import { backend, NATIVE_THREADS } from './backend.ts';
import type { WorkerInput, WorkerReply, WorkerRequest } from './messages.ts';

// The entry of dist/embedder.js: one model, loaded once, one text after the other. It ends with the process
// that started it.

const input: WorkerInput = JSON.parse(process.argv[2] ?? '');

env.allowRemoteModels = false;
env.allowLocalModels = true;
env.localModelPath = `${input.root}/`;
env.useFSCache = false;
env.useBrowserCache = false;
env.useWasmCache = false;
env.fetch = () => Promise.reject(new Error('The embedding worker reaches no network.'));

const reply = (message: WorkerReply) => process.send?.(message);

const describe = (error: unknown) => (error instanceof Error ? error.message : String(error)).slice(0, 1000);

async function answer(extract: FeatureExtractionPipeline, { id, text }: WorkerRequest): Promise<void> {
  try {
    const output = await extract(text, { pooling: input.pooling, normalize: true });
    const vector = Float32Array.from(output.data as Float32Array);
    output.dispose();
    reply({ type: 'vector', id, vector });
  } catch (error) {
    reply({ type: 'failed', id, error: describe(error) });
  }
}

async function main(): Promise<void> {
  const extract = await pipeline('feature-extraction', input.model, {
    dtype: input.dtype,
    ...(backend === 'native' && { session_options: { intraOpNumThreads: NATIVE_THREADS } }),
  });
  let last = Promise.resolve();
  process.on('message', (request: WorkerRequest) => {
    last = last.then(() => answer(extract, request));
  });
  // The file of the model, in both its forms.
  globalThis.gc?.();
  reply({ type: 'ready', backend });
}

process.once('disconnect', () => process.exit());
main().catch((error: unknown) => reply({ type: 'unusable', error: describe(error) }));
