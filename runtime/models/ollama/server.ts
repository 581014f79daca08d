import type { Ollama } from 'ollama/browser';
import type { Gateway } from '../../guard/gateway.ts';
import { ZoeyError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import type { Settings } from '../../types/host.ts';
import { type Endpoint, withoutCredentials } from './address.ts';
import type { Catalog } from './catalog.ts';
import { openClient } from './client.ts';
import type { After, Watch } from './watch.ts';

/** What every operation needs to know of the server that the settings name. */
export interface Server {
  /** Absent where the settings hold no address at all. */
  endpoint: Endpoint | undefined;
  settings: Pick<Settings, 'ollamaUrl' | 'allowedHosts' | 'keepAlive'>;
  gateway: Gateway;
  catalog: Catalog;
  after: After;
  isInstalled: () => Promise<boolean>;
  log: Log;
}

/** The endpoint, or the error that says that the address is none. */
export function endpointOf(server: Server): Endpoint {
  if (server.endpoint !== undefined) return server.endpoint;
  const typed = withoutCredentials(server.settings.ollamaUrl);
  throw new ZoeyError('ollama_wrong_address', `"${typed}" is not an address.`, {
    hint: 'An address looks like http://127.0.0.1:11434. Correct it in the settings.',
  });
}

/** The client for one request; `purpose` stands in the ledger. */
export function clientFor(server: Server, purpose: string, watch: Watch): Ollama {
  const { allowedHosts } = server.settings;
  return openClient(endpointOf(server), server.gateway.open({ purpose, allowedHosts }), watch.signal);
}

/** Ollama takes "10m" as text, but a bare number of seconds only as a number. */
export function keepAliveOf(server: Server): string | number {
  const { keepAlive } = server.settings;
  return /^-?\d+$/.test(keepAlive) ? Number(keepAlive) : keepAlive;
}
