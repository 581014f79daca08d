import { LRUCache } from 'lru-cache';
import type { Ollama } from 'ollama/browser';
import type { ModelInfo } from '../../types/model.ts';
import { PsReply, ShowReply, type Tag, TagsReply } from './wire.ts';

/** What a model can do, and where it runs. */
export interface Details {
  capabilities: string[];
  contextTokens?: number;
  /** Ollama only forwards it to a host of its own: not a local model. */
  remote: boolean;
}

/** Models asked about one by one, for servers whose list does not tell. */
const MAX_SHOWN = 100;

/** "qwen3" is "qwen3:latest" in every list of Ollama. */
export function fullName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1).includes(':') ? name : `${name}:latest`;
}

/** True for a name that Ollama forwards to its cloud: "gpt-oss:120b-cloud", "glm-4.6:cloud". */
export function isCloudName(name: string): boolean {
  return /:(?:.*-)?cloud$/.test(fullName(name));
}

/** What is known of models, kept by digest (what a model is) and by server and name (which one it is). */
export class Catalog {
  private readonly known = new LRUCache<string, Details>({ max: 1000 });

  /** The models of this machine that can chat, in the server's order. */
  async list(client: Ollama, base: string): Promise<ModelInfo[]> {
    const [tags, loaded] = await Promise.all([
      client.list().then((reply) => TagsReply.parse(reply).models ?? []),
      loadedModels(client),
    ]);
    const names = new Set(loaded.map((model) => model.name));
    let shown = 0;
    const models: ModelInfo[] = [];
    for (const tag of tags) {
      let details = this.fromTag(tag);
      if (details === undefined && shown++ < MAX_SHOWN) {
        details = await this.show(client, tag.name, tag.digest).catch(() => undefined);
      }
      details ??= { capabilities: capabilitiesOf(tag), remote: false };
      this.known.set(`${base} ${fullName(tag.name)}`, details);
      if (!details.remote && details.capabilities.includes('completion')) {
        models.push(toModelInfo(tag, details, names.has(tag.name)));
      }
    }
    return models;
  }

  /** What is known of one model; asks the server where nothing is. */
  async details(client: Ollama, base: string, name: string): Promise<Details> {
    const key = `${base} ${fullName(name)}`;
    const known = this.known.get(key) ?? (await this.show(client, name, ''));
    this.known.set(key, known);
    return known;
  }

  private fromTag(tag: Tag): Details | undefined {
    const contextTokens = tag.details?.context_length;
    const remote = Boolean(tag.remote_host) || isCloudName(tag.name);
    if (remote) return { capabilities: tag.capabilities ?? [], remote };
    if (tag.capabilities && contextTokens) return { capabilities: tag.capabilities, contextTokens, remote };
    return this.known.get(tag.digest);
  }

  private async show(client: Ollama, name: string, digest: string): Promise<Details> {
    const reply = ShowReply.parse(await client.show({ model: name }));
    const contextTokens = contextOf(reply);
    const details: Details = {
      capabilities: capabilitiesOf(reply),
      ...(contextTokens === undefined ? {} : { contextTokens }),
      remote: Boolean(reply.remote_host) || isCloudName(name),
    };
    if (digest !== '') this.known.set(digest, details);
    return details;
  }
}

/** The models in memory now. */
export async function loadedModels(client: Ollama): Promise<NonNullable<PsReply['models']>> {
  return PsReply.parse(await client.ps()).models ?? [];
}

/** The context length is told under the architecture's name: "qwen3.context_length". */
function contextOf(reply: ShowReply): number | undefined {
  const architecture = reply.model_info?.['general.architecture'];
  const length = reply.model_info?.[`${String(architecture)}.context_length`];
  return typeof length === 'number' && Number.isInteger(length) && length > 0 ? length : undefined;
}

/** For servers older than the list of capabilities: only BERT and its kin embed without chatting. */
function capabilitiesOf({ capabilities, details }: Pick<Tag, 'capabilities' | 'details'>): string[] {
  if (capabilities) return capabilities;
  return /bert|embed/i.test(details?.family ?? '') ? ['embedding'] : ['completion'];
}

function toModelInfo(tag: Tag, details: Details, loaded: boolean): ModelInfo {
  const parameters = tag.details?.parameter_size;
  return {
    name: tag.name,
    bytes: Math.round(tag.size),
    ...(parameters ? { parameters } : {}),
    ...(details.contextTokens === undefined ? {} : { contextTokens: details.contextTokens }),
    capabilities: details.capabilities,
    loaded,
  };
}
