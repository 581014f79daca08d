import type { ChatRequest, Ollama } from 'ollama/browser';
import { throwIfAborted, ZoeyError } from '../../kernel/errors.ts';
import type { GenerateEvent, GenerateParams } from '../../types/model.ts';
import { type Details, fullName, isCloudName, loadedModels } from './catalog.ts';
import { BadAnswer } from './client.ts';
import { refusal, saidMidway, serverFailure } from './failures.ts';
import { clientFor, endpointOf, keepAliveOf, type Server } from './server.ts';
import { ThinkSplitter } from './think.ts';
import { Watch } from './watch.ts';
import { ChatLine } from './wire.ts';

/** How long questions about the model may hold up the answer, in milliseconds. */
const ASK_MS = 2000;
/** Loading a large model and reading a long prompt on a slow machine, in milliseconds. */
const FIRST_WORD_MS = 5 * 60_000;
/** Between two words, in milliseconds. */
const IDLE_MS = 60_000;

/** Streams one answer. See IModelServer. */
export async function* generate(
  server: Server,
  params: GenerateParams,
  signal: AbortSignal,
): AsyncGenerator<GenerateEvent, void, void> {
  throwIfAborted(signal);
  const watch = new Watch(signal, server.after);
  let streaming = false;
  try {
    const { loaded, think } = await prepare(server, params, signal);
    if (!loaded) yield { type: 'loading', model: params.model };
    watch.expect(FIRST_WORD_MS, `The first word of ${params.model}`);
    const lines = await openChat(clientFor(server, 'chat', watch), request(server, params, think));
    streaming = true;
    for await (const event of readEvents(timed(lines, watch), params)) {
      throwIfAborted(signal);
      yield event;
    }
  } catch (error) {
    if (ZoeyError.is(error)) throw error;
    throw watch.ended ?? (streaming ? stopped(server, error) : await failure(server, error, params.model));
  } finally {
    watch.end();
  }
}

/** Loads a model without asking it anything, with the same options as an answer. */
export async function preload(server: Server, params: GenerateParams, signal: AbortSignal): Promise<void> {
  throwIfAborted(signal);
  const watch = new Watch(signal, server.after);
  try {
    refuseRemote(params.model, isCloudName(params.model));
    watch.expect(FIRST_WORD_MS, `${params.model} in memory`);
    await clientFor(server, 'load', watch).chat({ ...request(server, params, undefined), stream: false });
  } catch (error) {
    throw watch.ended ?? (await failure(server, error, params.model));
  } finally {
    watch.end();
  }
}

interface Prepared {
  loaded: boolean;
  think: boolean | undefined;
}

/** What must be known beforehand. A server that cannot tell in time does not hold up the answer. */
async function prepare(server: Server, params: GenerateParams, signal: AbortSignal): Promise<Prepared> {
  const { base } = endpointOf(server);
  refuseRemote(params.model, isCloudName(params.model));
  const watch = new Watch(signal, server.after);
  try {
    watch.expect(ASK_MS, `What is known of ${params.model}`);
    const client = clientFor(server, 'model state', watch);
    const [running, details] = await Promise.all([
      loadedModels(client),
      server.catalog.details(client, base, params.model),
    ]);
    refuseRemote(params.model, details.remote);
    const wanted = Math.min(params.contextTokens, details.contextTokens ?? params.contextTokens);
    const loaded = running.some(
      (model) => model.name === fullName(params.model) && (model.context_length ?? wanted) === wanted,
    );
    return { loaded, think: thinkOf(params, details) };
  } catch (error) {
    if (signal.aborted) throw error;
    if (watch.ended === undefined && !isHiccup(error)) throw error;
    return { loaded: true, think: undefined };
  } finally {
    watch.end();
  }
}

/** True where the chat itself should be the judge. */
function isHiccup(error: unknown): boolean {
  return error instanceof BadAnswer
    ? error.status !== 404
    : error instanceof Error && error.name === 'ZodError';
}

function thinkOf(params: GenerateParams, details: Details): boolean | undefined {
  return details.capabilities.includes('thinking') ? params.think : undefined;
}

/** Zoey's word is that nothing leaves this machine but to hosts that the person set. */
function refuseRemote(model: string, remote: boolean): void {
  if (!remote) return;
  throw new ZoeyError('model_unsupported', `${model} runs on a host of Ollama, not on your machine.`, {
    hint: 'Choose a model that is stored on your machine.',
  });
}

function request(server: Server, params: GenerateParams, think: boolean | undefined): ChatRequest {
  return {
    model: params.model,
    messages: params.messages.map(({ role, content }) => ({ role, content })),
    keep_alive: keepAliveOf(server),
    ...(think === undefined ? {} : { think }),
    ...(params.schema === undefined ? {} : { format: params.schema }),
    options: {
      num_ctx: params.contextTokens,
      ...(params.maxTokens === undefined ? {} : { num_predict: params.maxTokens }),
      ...(params.temperature === undefined ? {} : { temperature: params.temperature }),
    },
  };
}

/** A model may have changed under its name since it was asked about: then once more, without `think`. */
async function openChat(client: Ollama, chat: ChatRequest): Promise<AsyncIterable<unknown>> {
  try {
    return await client.chat({ ...chat, stream: true });
  } catch (error) {
    const unsupported = error instanceof BadAnswer && /does not support thinking/.test(error.message);
    if (!unsupported || chat.think === undefined) throw error;
    const { think: _, ...plain } = chat;
    return client.chat({ ...plain, stream: true });
  }
}

/** The same lines; the watch runs only while one is waited for, not while the reader takes its time. */
async function* timed(lines: AsyncIterable<unknown>, watch: Watch): AsyncGenerator<ChatLine, void, void> {
  for await (const line of lines) {
    watch.rest();
    yield ChatLine.parse(line);
    watch.expect(IDLE_MS, 'The next word');
  }
}

async function* readEvents(
  lines: AsyncIterable<ChatLine>,
  params: GenerateParams,
): AsyncGenerator<GenerateEvent, void, void> {
  const splitter = new ThinkSplitter();
  const seen = { thinking: false, text: false };
  for await (const line of lines) {
    const pieces = splitter.push(line.message.content);
    if (line.message.thinking) pieces.unshift({ type: 'thinking', delta: line.message.thinking });
    if (line.done) pieces.push(...splitter.end());
    for (const piece of pieces) {
      seen[piece.type] ||= /\S/.test(piece.delta);
      yield piece;
    }
    if (!line.done) continue;
    if (!seen.text) throw emptyAnswer(line, params, seen.thinking);
    yield {
      type: 'end',
      reason: line.done_reason === 'length' ? 'length' : 'stop',
      usage: usageOf(line, params),
    };
    return;
  }
}

function usageOf(line: ChatLine, params: GenerateParams) {
  const outputTokens = line.eval_count ?? 0;
  const seconds = (line.eval_duration ?? 0) / 1e9;
  return {
    promptTokens: line.prompt_eval_count ?? 0,
    outputTokens,
    tokensPerSecond: seconds > 0 ? outputTokens / seconds : 0,
    contextTokens: params.contextTokens,
  };
}

function emptyAnswer(line: ChatLine, params: GenerateParams, thought: boolean): ZoeyError {
  if (line.done_reason === 'length') {
    return new ZoeyError('model_empty_answer', `${params.model} reached its limit before it answered.`, {
      hint: thought
        ? 'Its reasoning took all the room. Turn reasoning off, or set a larger context.'
        : 'The prompt took all the room. Set a larger context, or attach less.',
    });
  }
  return thought
    ? new ZoeyError('model_empty_answer', `${params.model} reasoned, but gave no answer.`, {
        hint: 'Try again, or turn reasoning off.',
      })
    : new ZoeyError('model_empty_answer', `${params.model} gave an empty answer.`);
}

function stopped({ log }: Server, cause: unknown): ZoeyError {
  const said = saidMidway(cause);
  if (said !== undefined) log.warn(`Ollama stopped half-way: ${said}`);
  return new ZoeyError('model_stopped', 'The model stopped half-way.', {
    ...(said !== undefined && { hint: `Ollama says: ${said.replace(/\.$/, '')}. Go on, or try again.` }),
    cause,
  });
}

async function failure(server: Server, error: unknown, model: string): Promise<ZoeyError> {
  if (ZoeyError.is(error)) return error;
  const { base } = endpointOf(server);
  return refusal(error, model) ?? serverFailure(error, { base, isInstalled: server.isInstalled });
}
