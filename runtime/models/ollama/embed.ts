import type { Ollama } from 'ollama/browser';
import { ZoeyError } from '../../kernel/errors.ts';
import { silentLog } from '../../kernel/log.ts';
import type { EmbeddingStamp, IEmbedder } from '../../types/recall.ts';
import { parseEndpoint } from './address.ts';
import { Catalog, fullName, isCloudName } from './catalog.ts';
import { BadAnswer } from './client.ts';
import { serverFailure } from './failures.ts';
import type { OllamaOptions } from './index.ts';
import { isOllamaInstalled } from './installed.ts';
import { clientFor, endpointOf, keepAliveOf, type Server } from './server.ts';
import { realAfter, Watch } from './watch.ts';
import { EmbedReply, TagsReply } from './wire.ts';

/** Loading the model and reading a batch on a slow machine, in ms. */
const BATCH_MS = 2 * 60_000;
const ASK_MS = 5_000;
/** Texts in one request, so that a question does not wait long in the server's queue. */
const BATCH = 8;

/** What a model was trained to find in front, by the start of its name. */
const PREFIXES: readonly { name: string; question: string; passage: string }[] = [
  { name: 'nomic-embed-text', question: 'search_query: ', passage: 'search_document: ' },
  {
    name: 'mxbai-embed-large',
    question: 'Represent this sentence for searching relevant passages: ',
    passage: '',
  },
  {
    name: 'snowflake-arctic-embed',
    question: 'Represent this sentence for searching relevant passages: ',
    passage: '',
  },
];

/**
 * An embedding model of Ollama, at the address of the settings and by their consent. What the model is, is
 * asked once; `stamp` throws where the server cannot tell.
 */
export class OllamaEmbedder implements IEmbedder {
  private readonly name: string;
  private readonly server: Server;
  private known: Promise<EmbeddingStamp> | undefined;

  constructor(name: string, settings: Server['settings'], options: OllamaOptions) {
    this.name = name;
    this.server = {
      settings,
      endpoint: parseEndpoint(settings.ollamaUrl),
      gateway: options.gateway,
      catalog: new Catalog(),
      after: options.after ?? realAfter,
      isInstalled: options.isInstalled ?? (() => isOllamaInstalled()),
      log: options.log ?? silentLog,
    };
  }

  stamp(signal?: AbortSignal): Promise<EmbeddingStamp> {
    this.known ??= this.describe(signal).catch((error: unknown) => {
      this.known = undefined;
      throw error;
    });
    return this.known;
  }

  async embed(texts: readonly string[], { purpose, signal }: Parameters<IEmbedder['embed']>[1]) {
    const before = PREFIXES.find(({ name }) => this.name.startsWith(name))?.[purpose] ?? '';
    const vectors: Float32Array[] = [];
    for (let at = 0; at < texts.length; at += BATCH) {
      const batch = texts.slice(at, at + BATCH).map((text) => before + text);
      vectors.push(...(await this.embedBatch(batch, signal)));
    }
    return vectors;
  }

  async close(): Promise<void> {}

  /** The length of its vectors is known from one of them. */
  private async describe(signal: AbortSignal | undefined): Promise<EmbeddingStamp> {
    const known = await this.ask('list models', ASK_MS, signal, async (client) => {
      const { models } = TagsReply.parse(await client.list());
      return models?.find(({ name }) => name === fullName(this.name));
    });
    // Under a name of its own, too, Ollama only forwards such a model to another host.
    if (known?.remote_host) throw notHere(this.name);
    const [vector] = await this.embedBatch(['dimensions'], signal);
    return {
      model: `ollama:${this.name}`,
      dims: vector?.length ?? 0,
      dtype: 'server',
      pooling: 'server',
      sha256: known?.digest ?? '',
    };
  }

  private embedBatch(texts: string[], signal: AbortSignal | undefined): Promise<Float32Array[]> {
    return this.ask('embed', BATCH_MS, signal, async (client) => {
      const request = {
        model: this.name,
        input: texts,
        truncate: true,
        keep_alive: keepAliveOf(this.server),
      };
      const { embeddings } = EmbedReply.parse(await client.embed(request));
      const [first] = embeddings;
      const even = embeddings.every(({ length }) => length === first?.length);
      if (embeddings.length !== texts.length || !even) {
        throw new ZoeyError('embedding_failed', `${this.name} gave other vectors than were asked for.`);
      }
      return embeddings.map((values) => normalised(values, this.name));
    });
  }

  private async ask<T>(
    purpose: string,
    ms: number,
    signal: AbortSignal | undefined,
    work: (client: Ollama) => Promise<T>,
  ): Promise<T> {
    const watch = new Watch(signal ?? new AbortController().signal, this.server.after);
    try {
      if (isCloudName(this.name)) throw notHere(this.name);
      watch.expect(ms, `An answer of ${this.name}`);
      return await work(clientFor(this.server, purpose, watch));
    } catch (error) {
      throw await this.failure(watch.ended ?? error);
    } finally {
      watch.end();
    }
  }

  private async failure(error: unknown): Promise<ZoeyError> {
    if (ZoeyError.is(error) && (error.code === 'cancelled' || error.code === 'embedding_failed'))
      return error;
    if (error instanceof BadAnswer && error.json) {
      const message =
        error.status === 404
          ? `Ollama has no model ${this.name}.`
          : `${this.name} cannot embed: ${error.message.slice(0, 200)}`;
      return new ZoeyError('embedding_failed', message, {
        hint: 'Choose another embedding model, or pull this one.',
        cause: error,
      });
    }
    const { base } = endpointOf(this.server);
    const { message, hint } = await serverFailure(error, { base, isInstalled: this.server.isInstalled });
    return new ZoeyError('embedding_failed', message, { hint, cause: error });
  }
}

function notHere(name: string): ZoeyError {
  return new ZoeyError('embedding_failed', `${name} does not run on your machine.`);
}

function normalised(values: readonly number[], name: string): Float32Array {
  const length = Math.hypot(...values);
  if (!(length > 0)) throw new ZoeyError('embedding_failed', `${name} gave a vector of zeros.`);
  return Float32Array.from(values, (value) => value / length);
}
