import { throwIfAborted, ZoeyError } from '../../kernel/errors.ts';
import type { PullProgress } from '../../types/model.ts';
import { isCloudName } from './catalog.ts';
import { BadAnswer } from './client.ts';
import { pullFailure, saidMidway, serverFailure } from './failures.ts';
import { clientFor, endpointOf, type Server } from './server.ts';
import { Watch } from './watch.ts';
import { PullLine } from './wire.ts';

/** Checking a large download goes on without a word, in milliseconds. */
const IDLE_MS = 5 * 60_000;
/** More layers than any model has. */
const MAX_LAYERS = 1000;

/** Lets Ollama download a model. Aborting keeps what came: the next pull of it goes on from there. */
export async function* pull(
  server: Server,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<PullProgress, void, void> {
  throwIfAborted(signal);
  if (isCloudName(name)) {
    throw new ZoeyError('model_unsupported', `${name} runs on a host of Ollama, not on your machine.`, {
      hint: 'Pull a model that is stored on your machine.',
    });
  }
  const watch = new Watch(signal, server.after);
  let streaming = false;
  try {
    watch.expect(IDLE_MS, `News of ${name}`);
    const lines = await clientFor(server, 'pull', watch).pull({ model: name, stream: true });
    streaming = true;
    const layers = new Map<string, { completed: number; total: number }>();
    for await (const raw of lines) {
      watch.rest();
      throwIfAborted(signal);
      yield progress(PullLine.parse(raw), layers);
      watch.expect(IDLE_MS, `News of ${name}`);
    }
  } catch (error) {
    if (ZoeyError.is(error)) throw error;
    throw watch.ended ?? (await failure(server, name, { error, streaming }));
  } finally {
    watch.end();
  }
}

/** The state of the whole model, summed over the layers that are known by now. */
function progress(line: PullLine, layers: Map<string, { completed: number; total: number }>): PullProgress {
  if (line.digest && (layers.has(line.digest) || layers.size < MAX_LAYERS)) {
    const before = layers.get(line.digest);
    layers.set(line.digest, {
      completed: line.completed ?? before?.completed ?? 0,
      total: line.total ?? before?.total ?? 0,
    });
  }
  let completed = 0;
  let total = 0;
  for (const layer of layers.values()) {
    completed += layer.completed;
    total += layer.total;
  }
  // Ollama tells of no last byte: it goes on to check the whole, in lines without a layer.
  return { status: line.status, completed: line.digest ? completed : total, total };
}

async function failure(
  server: Server,
  name: string,
  { error, streaming }: { error: unknown; streaming: boolean },
): Promise<ZoeyError> {
  if (error instanceof BadAnswer && error.json) return pullFailure(name, error.message);
  if (!streaming) {
    const { base } = endpointOf(server);
    return serverFailure(error, { base, isInstalled: server.isInstalled });
  }
  const said = saidMidway(error);
  if (said !== undefined) return pullFailure(name, said);
  return new ZoeyError('pull_failed', `Ollama stopped before ${name} was there.`, { cause: error });
}
