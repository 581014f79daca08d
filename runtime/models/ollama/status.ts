import { ZoeyError } from '../../kernel/errors.ts';
import type { ErrorCode } from '../../types/errors.ts';
import type { ModelState, ModelStatus } from '../../types/model.ts';
import { withoutCredentials } from './address.ts';
import { isLocal, serverFailure } from './failures.ts';
import { clientFor, endpointOf, type Server } from './server.ts';
import { Watch } from './watch.ts';
import { VersionReply } from './wire.ts';

/** How long a status may take, in milliseconds: it is asked for while someone looks. */
const DEADLINE_MS = 2000;
/** The first version whose list and chat are as they are read here. */
const OLDEST: readonly [number, number] = [0, 6];

const STATE: Partial<Record<ErrorCode, ModelState>> = {
  ollama_not_installed: 'not_installed',
  ollama_not_running: 'not_running',
  ollama_wrong_address: 'wrong_address',
  host_not_allowed: 'host_not_allowed',
};

/** Asks the server for its version and its models. Throws only where the signal is aborted. */
export async function readStatus(server: Server, signal: AbortSignal): Promise<ModelStatus> {
  const watch = new Watch(signal, server.after);
  const address = server.endpoint?.base ?? withoutCredentials(server.settings.ollamaUrl);
  try {
    watch.expect(DEADLINE_MS, `An answer from ${address}`);
    const { base } = endpointOf(server);
    const client = clientFor(server, 'status', watch);
    const { version } = VersionReply.parse(await client.version());
    if (isTooOld(version)) {
      return { state: 'too_old', address, version, models: [], message: `Ollama ${version} is too old.` };
    }
    const models = await server.catalog.list(client, base);
    if (models.length > 0) return { state: 'ready', address, version, models };
    const message = 'Ollama runs, but has no model that can chat.';
    return { state: 'no_model', address, version, models, message, hint: 'Pull one: it is downloaded once.' };
  } catch (error) {
    if (signal.aborted) throw new ZoeyError('cancelled', 'Stopped.', { cause: error });
    const failure = watch.ended ?? (await reachFailure(server, error, address));
    // A far machine that is off does not refuse; it is silent.
    const silent = failure.code === 'timed_out' && !isLocal(address);
    const state = silent ? 'not_running' : (STATE[failure.code] ?? 'failed');
    return { state, address, models: [], message: failure.message, hint: failure.hint };
  } finally {
    watch.end();
  }
}

function reachFailure(server: Server, error: unknown, base: string): Promise<ZoeyError> {
  return serverFailure(error, { base, isInstalled: server.isInstalled });
}

/** A build from source calls itself 0.0.0. What cannot be read is taken for new. */
function isTooOld(version: string): boolean {
  const match = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version);
  if (match === null) return false;
  const [major, minor, patch] = match.slice(1).map(Number);
  if (major === undefined || minor === undefined || (major === 0 && minor === 0 && patch === 0)) return false;
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
}
