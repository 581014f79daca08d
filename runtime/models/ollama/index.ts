import type { Gateway } from '../../guard/gateway.ts';
import { type Log, silentLog } from '../../kernel/log.ts';
import type { IModelServer } from '../../types/model.ts';
import { parseEndpoint } from './address.ts';
import { Catalog } from './catalog.ts';
import { fill } from './fill.ts';
import { generate, preload } from './generate.ts';
import { isOllamaInstalled } from './installed.ts';
import { Looks } from './looks.ts';
import { pull } from './pull.ts';
import type { Server } from './server.ts';
import { type After, realAfter } from './watch.ts';

export interface OllamaOptions {
  gateway: Gateway;
  /** Whether Ollama is on this machine; looks on the PATH and in the usual places by default. */
  isInstalled?: () => Promise<boolean>;
  /** The clock of all deadlines. */
  after?: After;
  /** Told why Ollama ended an answer. */
  log?: Log;
}

/**
 * Ollama, whose settings come with each call: `createOllama(options)(settings)` costs nothing. What is
 * learned of models is kept between calls.
 */
export function createOllama(options: OllamaOptions): (settings: Server['settings']) => IModelServer {
  const catalog = new Catalog();
  const looks = new Looks();
  const after = options.after ?? realAfter;
  const isInstalled = options.isInstalled ?? (() => isOllamaInstalled());
  const { gateway, log = silentLog } = options;
  return (settings) => {
    const endpoint = parseEndpoint(settings.ollamaUrl);
    const server: Server = { endpoint, settings, gateway, catalog, after, isInstalled, log };
    return {
      status: (signal) => looks.join(server, signal),
      generate: (params, signal) => generate(server, params, signal),
      fill: (params, signal) => fill(server, params, signal),
      pull: (name, signal) => pull(server, name, signal),
      preload: (model, contextTokens, signal) =>
        preload(server, { model, contextTokens, messages: [] }, signal),
    };
  };
}
