import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { silentLog } from '../../runtime/kernel/log.ts';
import { BUNDLED_ID } from '../../runtime/models/embedder/catalog.ts';
import type { EmbedderPlaces } from '../../runtime/models/embedder/index.ts';
import { LocalEmbedder } from '../../runtime/models/embedder/local.ts';
import { findModel } from '../../runtime/models/embedder/locate.ts';
import type { IEmbedder } from '../../runtime/types/recall.ts';
import { copyOnnxRuntime, embedderBundle, embedderSources } from '../../scripts/lib/embedderBundle.ts';
import { root } from '../../scripts/lib/folders.ts';
import { bringNative, NATIVE_TARGETS } from '../../scripts/lib/native.ts';
import { bringWeights } from '../../scripts/lib/weights.ts';

const cache = path.join(root, 'node_modules/.cache/zoey');

let places: Promise<EmbedderPlaces | undefined> | undefined;
let shared: Promise<IEmbedder | undefined> | undefined;

/** The real worker and the real weights; undefined where the weights cannot be had, so that tests skip. */
export function embedderPlaces(): Promise<EmbedderPlaces | undefined> {
  places ??= bringWeights().then(async (bundled) =>
    bundled === undefined ? undefined : { bundled, worker: await workerBundle() },
  );
  return places;
}

/** The real embedder with the bundled model, one for the whole process; nobody needs to close it. */
export function realEmbedder(): Promise<IEmbedder | undefined> {
  shared ??= embedderPlaces().then(async (found) => {
    if (found === undefined) return undefined;
    const model = await findModel(BUNDLED_ID, [{ source: 'bundled', path: found.bundled }], silentLog);
    return model && new LocalEmbedder({ model, worker: found.worker, log: silentLog });
  });
  return shared;
}

/** Builds the worker as the product does, where its inputs changed; returns its path. */
async function workerBundle(): Promise<string> {
  const place = path.join(cache, `embedder-${await hashInputs()}`);
  if (!existsSync(place)) {
    await mkdir(cache, { recursive: true });
    const draft = await mkdtemp(path.join(cache, '.embedder-'));
    try {
      await build({ ...embedderBundle, outdir: draft });
      await copyOnnxRuntime(draft);
      await rename(draft, place).catch((error: unknown) => {
        // Another process was faster.
        if (!existsSync(place)) throw error;
      });
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  }
  return path.join(place, 'embedder.js');
}

/** The same worker with the native runtime of this platform beside it; undefined where there is none. */
export async function nativeWorkerBundle(): Promise<string | undefined> {
  const target = NATIVE_TARGETS.find((known) => known === `${process.platform}-${process.arch}`);
  if (target === undefined) return undefined;
  const plain = path.dirname(await workerBundle());
  const place = `${plain}-native`;
  if (!existsSync(place)) {
    const draft = await mkdtemp(path.join(cache, '.embedder-'));
    try {
      await cp(plain, draft, { recursive: true });
      await bringNative(target, path.join(draft, 'native'));
      await rename(draft, place).catch((error: unknown) => {
        if (!existsSync(place)) throw error;
      });
    } catch (error) {
      process.stdout.write(`No native runtime: ${String(error)}\n`);
      return undefined;
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  }
  return path.join(place, 'embedder.js');
}

async function hashInputs(): Promise<string> {
  const hash = createHash('sha256');
  const ours = (await readdir(embedderSources)).sort().map((name) => path.join(embedderSources, name));
  const theirs = ['@huggingface/transformers', 'onnxruntime-web'].map((name) =>
    path.join(root, 'node_modules', name, 'package.json'),
  );
  const recipes = ['embedderBundle.ts', 'native.ts'].map((name) => path.join(root, 'scripts/lib', name));
  for (const file of [...recipes, ...ours, ...theirs]) hash.update(await readFile(file));
  return hash.digest('hex').slice(0, 12);
}
