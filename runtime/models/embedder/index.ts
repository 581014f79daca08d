import path from 'node:path';
import { ZoeyError } from '../../kernel/errors.ts';
import type { Caller, Settings } from '../../types/host.ts';
import type { PullProgress } from '../../types/model.ts';
import type { EmbeddingStatus, IEmbedder } from '../../types/recall.ts';
import { OllamaEmbedder } from '../ollama/embed.ts';
import type { OllamaOptions } from '../ollama/index.ts';
import { realAfter } from '../ollama/watch.ts';
import { BUNDLED_ID, isModelId, PINNED_MODELS, type PinnedModel, pinnedModel } from './catalog.ts';
import { downloadModel } from './download.ts';
import { LocalEmbedder, type LocalOptions } from './local.ts';
import { findModel, type ModelRoot } from './locate.ts';

/** Where the parts of the embedder lie. Absolute paths; what is not there is done without. */
export interface EmbedderPlaces {
  /** The worker's bundle, with its runtime beside it. */
  worker: string;
  /** The models that came with the product. */
  bundled: string;
  /** Where models are downloaded to, for all workspaces. */
  downloads?: string;
}

export interface EmbedderOptions
  extends Pick<LocalOptions, 'log' | 'after' | 'start'>,
    Pick<OllamaOptions, 'gateway' | 'isInstalled'> {
  /** Absent: no model of this disk. */
  places?: EmbedderPlaces;
  /** Where models are downloaded from, "https://huggingface.co" by default. */
  hub?: string;
}

/** The embedder of the model that the person chose. */
export interface Embedder extends IEmbedder {
  /**
   * From now on the model of these settings is used, once it is asked for. Nothing is embedded before the
   * first caller. A caller other than the editor who names no model leaves the choice as it is.
   */
  follow(caller: Caller): void;
  status(signal: AbortSignal): Promise<EmbeddingStatus>;
  /**
   * Downloads a model, once: a pinned one by its name, any other by a manifest. Choosing it is another step.
   * @throws ZoeyError as `downloadModel`; `not_found`, `conflict`
   */
  download(
    model: { id: string; manifest?: Omit<PinnedModel, 'id'> | undefined },
    settings: Settings,
    signal: AbortSignal,
  ): AsyncGenerator<PullProgress, { bytes: number }, void>;
}

const HUB = 'https://huggingface.co';

type Choice = Pick<
  Settings,
  'embeddingModel' | 'embeddingFolder' | 'ollamaUrl' | 'allowedHosts' | 'keepAlive'
>;

interface Current {
  key: string;
  /** Undefined where there is no such model on this disk. */
  embedder: Promise<{ embedder: IEmbedder; root?: ModelRoot } | undefined>;
}

export function createEmbedder(options: EmbedderOptions): Embedder {
  return new ChosenEmbedder(options);
}

class ChosenEmbedder implements Embedder {
  private readonly options: EmbedderOptions;
  private choice: Choice | undefined;
  private current: Current | undefined;
  private closing: Promise<unknown> = Promise.resolve();
  private readonly downloading = new Set<string>();

  constructor(options: EmbedderOptions) {
    this.options = options;
  }

  follow({ host, settings }: Caller): void {
    if (this.choice !== undefined && host !== 'editor' && settings.embeddingModel === '') return;
    this.choice = settings;
  }

  async stamp(signal?: AbortSignal) {
    const found = await this.find();
    if (found === undefined) return undefined;
    return found.embedder.stamp(signal).catch((error: unknown) => {
      if (signal?.aborted) throw error;
      return undefined;
    });
  }

  async embed(texts: readonly string[], options: Parameters<IEmbedder['embed']>[1]) {
    const found = await this.find();
    if (found !== undefined) return found.embedder.embed(texts, options);
    const { word } = missing(this.model);
    throw new ZoeyError('embedding_failed', word, {
      hint: 'Choose another embedding model, or get this one.',
    });
  }

  async status(signal: AbortSignal): Promise<EmbeddingStatus> {
    const { model } = this;
    const found = await this.find();
    if (found === undefined) return missing(model);
    const { embedder, root } = found;
    const source = root?.source ?? 'ollama';
    try {
      const stamp = await embedder.stamp(signal);
      const loaded = embedder instanceof LocalEmbedder && embedder.loaded;
      return {
        model,
        source,
        ...(stamp && { dims: stamp.dims }),
        state: loaded ? 'loaded' : 'ready',
        word: `Search is by meaning and by words, with ${model}.`,
      };
    } catch (error) {
      if (signal.aborted) throw error;
      const { message } = ZoeyError.from(error);
      return { model, source, state: 'failed', word: `${message} Search is by words until then.` };
    }
  }

  async *download(
    { id, manifest }: Parameters<Embedder['download']>[0],
    settings: Settings,
    signal: AbortSignal,
  ) {
    const { places, gateway, hub = HUB, after = realAfter } = this.options;
    const model = manifest ? { ...manifest, id } : pinnedModel(id);
    if (model === undefined) throw unknownModel(id);
    if (places?.downloads === undefined)
      throw new ZoeyError('not_found', 'There is no folder for models here.');
    if (this.downloading.has(id)) throw new ZoeyError('conflict', `${id} is being downloaded already.`);
    this.downloading.add(id);
    try {
      yield* downloadModel(model, { gateway, settings, after, folder: places.downloads, hub }, signal);
    } finally {
      this.downloading.delete(id);
    }
    return { bytes: model.files.reduce((sum, { bytes }) => sum + bytes, 0) };
  }

  async close(): Promise<void> {
    this.drop();
    await this.closing;
  }

  /** As the person names it. */
  private get model(): string {
    return this.choice?.embeddingModel.trim() || BUNDLED_ID;
  }

  /** The chosen embedder. What was not there is looked for again the next time. */
  private async find() {
    const { choice } = this;
    if (choice === undefined) return undefined;
    const key = keyOf(this.model, choice);
    if (this.current?.key !== key) {
      this.drop();
      this.current = { key, embedder: this.open(this.model, choice) };
    }
    const { current } = this;
    const found = await current.embedder;
    if (found === undefined && this.current === current) this.current = undefined;
    return found;
  }

  private async open(model: string, choice: Choice) {
    if (model.startsWith('ollama:')) {
      return { embedder: new OllamaEmbedder(model.slice('ollama:'.length), choice, this.options) };
    }
    const { places, log, after, start } = this.options;
    if (places === undefined || !isModelId(model)) return undefined;
    const found = await findModel(model, roots(places, choice), log);
    if (found === undefined) return undefined;
    const embedder = new LocalEmbedder({
      model: found,
      worker: places.worker,
      log,
      ...(after && { after }),
      ...(start && { start }),
    });
    return { embedder, root: found.root };
  }

  /** Ends what was chosen before. */
  private drop(): void {
    const { current } = this;
    this.current = undefined;
    if (current === undefined) return;
    this.closing = Promise.all([this.closing, current.embedder.then((found) => found?.embedder.close())]);
  }
}

/** What makes another embedder necessary. */
function keyOf(model: string, choice: Choice): string {
  return JSON.stringify(
    model.startsWith('ollama:')
      ? [model, choice.ollamaUrl, choice.allowedHosts, choice.keepAlive]
      : [model, choice.embeddingFolder],
  );
}

/** In the order in which they are searched. */
function roots(places: EmbedderPlaces, { embeddingFolder }: Choice): ModelRoot[] {
  return [
    { source: 'bundled' as const, path: places.bundled },
    ...(path.isAbsolute(embeddingFolder) ? [{ source: 'folder' as const, path: embeddingFolder }] : []),
    ...(places.downloads === undefined ? [] : [{ source: 'downloaded' as const, path: places.downloads }]),
  ];
}

function unknownModel(id: string): ZoeyError {
  return new ZoeyError('not_found', `There is no pinned model ${id}.`, {
    hint: `By name alone: ${PINNED_MODELS.map((model) => model.id).join(', ')}. Any other needs a manifest.`,
  });
}

function missing(model: string): EmbeddingStatus {
  const why = pinnedModel(model)
    ? `The embedding model ${model} is not on this machine.`
    : `There is no embedding model ${model} on this machine.`;
  return { model, state: 'missing', word: `${why} Search is by words alone.` };
}
