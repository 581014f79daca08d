import { LRUCache } from 'lru-cache';
import type { RunContext } from '../types/components.ts';
import type { ErrorCode } from '../types/errors.ts';
import type { ModelEventPayload } from '../types/events.ts';
import {
  type GenerateEvent,
  type ModelInput,
  type ModelRegistration,
  type ModelResultMap,
  ModelType,
  type ModelTypeName,
  type TextModelTypeName,
} from '../types/model.ts';
import type { IAgentRuntime, ModelHandler } from '../types/runtime.ts';
import { CircuitBreaker } from './circuitBreaker.ts';
import type { Clock } from './clock.ts';
import { throwIfAborted, ZoeyError } from './errors.ts';
import { isTextType, textParams } from './modelParams.ts';
import type { Undo } from './registry.ts';
import { retry } from './retry.ts';

/** Failures in a row after which an endpoint is left alone, and for how long, in ms. */
const THRESHOLD = 5;
const COOL_DOWN_MS = 10_000;
/** How many endpoints are watched. */
const MAX_ENDPOINTS = 100;
/** Types whose call may be repeated: the same input gives the same, and nothing remains of a failed one. */
const IDEMPOTENT: ReadonlySet<ModelTypeName> = new Set([
  ModelType.TEXT_EMBEDDING,
  ModelType.TEXT_TOKENIZER_ENCODE,
  ModelType.TEXT_TOKENIZER_DECODE,
]);
const ATTEMPTS = 3;
const RETRY_MS = 200;

/** Failures of the call or the caller, which say nothing about the endpoint. */
const OF_THE_CALL: ReadonlySet<ErrorCode> = new Set([
  'cancelled',
  'invalid_input',
  'model_not_found',
  'model_unsupported',
  'no_model',
  'host_not_allowed',
]);

/** A handler with its types erased: a registration of one type is only looked up by that type. */
type AnyHandler = (
  runtime: IAgentRuntime,
  params: unknown,
) => Promise<unknown> | AsyncIterable<GenerateEvent>;

interface Registered {
  type: string;
  provider: string;
  priority: number;
  endpoint: (params: unknown) => string;
  handler: AnyHandler;
}

type Read<V> = (given: ReturnType<AnyHandler>) => AsyncGenerator<V, void, void>;

interface Try<V> {
  candidate: Registered;
  breaker: CircuitBreaker;
  params: unknown;
  read: Read<V>;
}

/** One call of a model. */
export interface ModelCall<T extends ModelTypeName> {
  type: T;
  input: ModelInput<T>;
  /** Only handlers of this provider. */
  provider?: string | undefined;
  run: RunContext;
  runtime: IAgentRuntime;
  used(event: ModelEventPayload): void;
}

/** Who answers for which type of model: by priority, then by order; the next where one can't. */
export class Models {
  readonly #registered: Registered[] = [];
  readonly #breakers: LRUCache<string, CircuitBreaker>;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#breakers = new LRUCache({ max: MAX_ENDPOINTS });
  }

  add<T extends ModelTypeName>(
    type: T,
    handler: ModelHandler<T>,
    { provider, priority = 0, endpoint = () => provider }: ModelRegistration & { provider: string },
  ): Undo {
    const same = this.#registered.some((known) => known.type === type && known.handler === handler);
    if (same) return () => {};
    const registered: Registered = { type, provider, priority, endpoint, handler: handler as AnyHandler };
    const after = this.#registered.findIndex((known) => known.priority < priority);
    this.#registered.splice(after < 0 ? this.#registered.length : after, 0, registered);
    return () => {
      const at = this.#registered.indexOf(registered);
      if (at >= 0) this.#registered.splice(at, 1);
    };
  }

  first<T extends ModelTypeName>(type: T): ModelHandler<T> | undefined {
    // Registered under this type, so it is one of this type.
    return this.#registered.find((known) => known.type === type)?.handler as ModelHandler<T> | undefined;
  }

  async use<T extends ModelTypeName>(call: ModelCall<T>): Promise<ModelResultMap[T]> {
    // Each branch gives what its type says; the type parameter can't follow.
    return (await (isText(call) ? this.#text(call) : this.#value(call))) as ModelResultMap[T];
  }

  /** Ends with an `end` event. Handlers that fail before their first event are passed over. */
  async *stream(call: ModelCall<TextModelTypeName>): AsyncGenerator<GenerateEvent, void, void> {
    const { run, runtime } = call;
    const params = textParams(call.type, call.input, { run, getSetting: (key) => runtime.getSetting(key) });
    yield* this.#tries(call, params, textEvents);
  }

  async #text(call: ModelCall<TextModelTypeName>): Promise<string> {
    let text = '';
    for await (const event of this.stream(call)) if (event.type === 'text') text += event.delta;
    return text;
  }

  #value(call: ModelCall<ModelTypeName>): Promise<unknown> {
    const attempt = async () => {
      for await (const value of this.#tries(call, call.input, once)) return value;
      throw unregistered(call);
    };
    const attempts = IDEMPOTENT.has(call.type) ? ATTEMPTS : 1;
    return retry(attempt, { signal: call.run.signal, attempts, baseMs: RETRY_MS });
  }

  /**
   * What the first handler gives that gives anything. An endpoint that failed often of late is passed over,
   * unless nobody else is there: whoever asks a lone one again would rather wait than hear of the past.
   */
  async *#tries<V>(
    call: ModelCall<ModelTypeName>,
    params: unknown,
    read: Read<V>,
  ): AsyncGenerator<V, void, void> {
    const candidates = this.#registered.filter(
      ({ type, provider }) =>
        type === call.type && (call.provider === undefined || provider === call.provider),
    );
    let failure: ZoeyError | undefined;
    for (const candidate of candidates) {
      const breaker = this.#breakerOf(candidate, params);
      if (candidates.length > 1 && !breaker.allows()) continue;
      failure = yield* this.#try(call, { candidate, breaker, params, read });
      if (!failure) return;
    }
    throw failure ?? (candidates.length > 0 ? resting(call) : unregistered(call));
  }

  /** Returns why it gave nothing; throws where it failed half-way, since another can't go on from there. */
  async *#try<V>(
    call: ModelCall<ModelTypeName>,
    { candidate, breaker, params, read }: Try<V>,
  ): AsyncGenerator<V, ZoeyError | undefined, void> {
    const since = this.#clock();
    let spoke = false;
    try {
      throwIfAborted(call.run.signal);
      for await (const value of read(candidate.handler(call.runtime, params))) {
        spoke = true;
        yield value;
      }
      breaker.succeeded();
      call.used({ type: call.type, provider: candidate.provider, ms: this.#clock() - since });
      return undefined;
    } catch (cause) {
      const failure = ZoeyError.from(cause);
      if (!OF_THE_CALL.has(failure.code)) breaker.failed();
      if (spoke || call.run.signal.aborted) throw failure;
      return failure;
    } finally {
      // Also where the reader left early: neither good nor bad news of the endpoint.
      breaker.ended();
    }
  }

  #breakerOf({ provider, endpoint }: Registered, params: unknown): CircuitBreaker {
    const key = `${provider} ${endpoint(params)}`;
    const known = this.#breakers.get(key);
    if (known) return known;
    const breaker = new CircuitBreaker({
      clock: this.#clock,
      threshold: THRESHOLD,
      coolDownMs: COOL_DOWN_MS,
    });
    this.#breakers.set(key, breaker);
    return breaker;
  }
}

function isText(call: ModelCall<ModelTypeName>): call is ModelCall<TextModelTypeName> {
  return isTextType(call.type);
}

async function* once(given: ReturnType<AnyHandler>): AsyncGenerator<unknown, void, void> {
  yield await (given as Promise<unknown>);
}

/** A handler may stream, or give the text whole: either way there is text, then an end. */
async function* textEvents(given: ReturnType<AnyHandler>): AsyncGenerator<GenerateEvent, void, void> {
  if (!(Symbol.asyncIterator in given)) {
    yield { type: 'text', delta: String(await given) };
    yield { type: 'end', reason: 'stop' };
    return;
  }
  let ended = false;
  for await (const event of given) {
    ended ||= event.type === 'end';
    yield event;
  }
  if (!ended) yield { type: 'end', reason: 'stop' };
}

function unregistered({ type, provider }: Pick<ModelCall<ModelTypeName>, 'type' | 'provider'>): ZoeyError {
  const by = provider === undefined ? '' : ` by ${provider}`;
  return new ZoeyError('model_unsupported', `No model is registered${by} for ${type}.`, {
    hint: 'Add a plugin that brings one.',
  });
}

function resting({ type }: Pick<ModelCall<ModelTypeName>, 'type'>): ZoeyError {
  return new ZoeyError('model_busy', `Every model for ${type} failed a moment ago.`, {
    hint: 'Wait a moment, then try again.',
  });
}
