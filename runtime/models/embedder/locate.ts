import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import type { Log } from '../../kernel/log.ts';
import type { EmbeddingStamp } from '../../types/recall.ts';
import { type Manner, mannerOf, pinnedModel, WEIGHTS } from './catalog.ts';

/** Where models lie, each as `<path>/<org>/<name>/{config.json,tokenizer.json,onnx/…}`. */
export interface ModelRoot {
  source: 'bundled' | 'folder' | 'downloaded';
  /** Absolute. */
  path: string;
}

/** A model on this disk, ready to be loaded. */
export interface FoundModel {
  root: ModelRoot;
  stamp: EmbeddingStamp;
  manner: Manner;
}

const NEEDED = ['config.json', 'tokenizer.json', 'tokenizer_config.json'];
const Config = z.object({ hidden_size: z.int().min(1).max(8192) });
/** What some models say of their pooling, as sentence-transformers writes it. */
const Pooling = z.object({ pooling_mode_cls_token: z.boolean() });

/**
 * The first of the roots that holds the whole model. What we brought ourselves and is not as it was pinned
 * is passed over, and the log says so; what the person put into a folder is taken as it is.
 * @param id "org/name", held to `isModelId` by the caller
 */
export async function findModel(
  id: string,
  roots: readonly ModelRoot[],
  log: Log,
): Promise<FoundModel | undefined> {
  for (const root of roots) {
    const folder = path.join(root.path, ...id.split('/'));
    const found = await readModel(id, root, folder).catch((error: unknown) => {
      log.warn(`The model in ${folder} cannot be read: ${error instanceof Error ? error.message : error}`);
      return undefined;
    });
    if (found === undefined) continue;
    if (root.source === 'folder' || isAsPinned(found)) return found;
    log.warn(`The model in ${folder} is damaged, so it is not used.`);
  }
  return undefined;
}

async function readModel(id: string, root: ModelRoot, folder: string): Promise<FoundModel | undefined> {
  const weights = await firstWeights(folder);
  if (weights === undefined || !(await haveAll(folder, NEEDED))) return undefined;
  const config = Config.parse(JSON.parse(await readFile(path.join(folder, 'config.json'), 'utf8')));
  const manner = await mannerIn(id, folder);
  return {
    root,
    manner,
    stamp: {
      model: id,
      dims: config.hidden_size,
      dtype: weights.dtype,
      pooling: manner.pooling,
      sha256: await sha256Of(path.join(folder, weights.path)),
    },
  };
}

async function firstWeights(folder: string) {
  for (const weights of WEIGHTS) if (await haveAll(folder, [weights.path])) return weights;
  return undefined;
}

async function haveAll(folder: string, files: readonly string[]): Promise<boolean> {
  const there = await Promise.all(
    files.map((file) =>
      stat(path.join(folder, file)).then(
        (info) => info.isFile(),
        () => false,
      ),
    ),
  );
  return there.every(Boolean);
}

async function mannerIn(id: string, folder: string): Promise<Manner> {
  const known = mannerOf(id);
  const text = await readFile(path.join(folder, '1_Pooling/config.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return known;
  return { ...known, pooling: Pooling.parse(JSON.parse(text)).pooling_mode_cls_token ? 'cls' : 'mean' };
}

function isAsPinned({ stamp }: FoundModel): boolean {
  const weights = WEIGHTS.find(({ dtype }) => dtype === stamp.dtype)?.path;
  const pinned = pinnedModel(stamp.model)?.files.find((file) => file.path === weights);
  return pinned === undefined || pinned.sha256 === stamp.sha256;
}

/** The hash of a file in hex, read in pieces so that nothing else waits for long. */
export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest('hex');
}
