import type { GenerateRequest } from 'ollama/browser';
import { throwIfAborted, ZoeyError } from '../../kernel/errors.ts';
import type { FillParams, GenerateEvent } from '../../types/model.ts';
import { isCloudName } from './catalog.ts';
import { refusal, serverFailure } from './failures.ts';
import { clientFor, endpointOf, keepAliveOf, type Server } from './server.ts';
import { Watch } from './watch.ts';
import { FillLine } from './wire.ts';

/** A completion that comes later is of no use to who types; loading the model takes its time once. */
const FIRST_WORD_MS = 60_000;
const IDLE_MS = 15_000;

/** Fills in the text between a prefix and a suffix. See IModelServer. */
export async function* fill(
  server: Server,
  params: FillParams,
  signal: AbortSignal,
): AsyncGenerator<GenerateEvent, void, void> {
  throwIfAborted(signal);
  const watch = new Watch(signal, server.after);
  try {
    const { base } = endpointOf(server);
    const details = await server.catalog.details(clientFor(server, 'model state', watch), base, params.model);
    if (details.remote || isCloudName(params.model) || !details.capabilities.includes('insert')) {
      throw unable(params.model);
    }
    watch.expect(FIRST_WORD_MS, `A completion of ${params.model}`);
    const client = clientFor(server, 'completion', watch);
    const lines: AsyncIterable<unknown> = await client.generate({ ...request(server, params), stream: true });
    for await (const raw of lines) {
      watch.rest();
      throwIfAborted(signal);
      const line = FillLine.parse(raw);
      if (line.response !== '') yield { type: 'text', delta: line.response };
      if (line.done) {
        yield { type: 'end', reason: line.done_reason === 'length' ? 'length' : 'stop' };
        return;
      }
      watch.expect(IDLE_MS, 'The next word');
    }
    throw new ZoeyError('model_stopped', 'The model stopped half-way.');
  } catch (error) {
    if (ZoeyError.is(error)) throw error;
    const place = { base: endpointOf(server).base, isInstalled: server.isInstalled };
    throw watch.ended ?? refusal(error, params.model) ?? (await serverFailure(error, place));
  } finally {
    watch.end();
  }
}

function unable(model: string): ZoeyError {
  return new ZoeyError('model_unsupported', `${model} cannot fill in code on this machine.`, {
    hint: 'Choose a model that can, such as qwen2.5-coder:1.5b-base.',
  });
}

function request(server: Server, params: FillParams): GenerateRequest {
  const { model, prefix, suffix, contextTokens, maxTokens, stop } = params;
  return {
    model,
    prompt: prefix,
    suffix,
    keep_alive: keepAliveOf(server),
    options: {
      num_ctx: contextTokens,
      num_predict: maxTokens,
      temperature: 0,
      ...(stop && { stop: [...stop] }),
    },
  };
}
