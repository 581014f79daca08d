import type { HandlerCallback, RunContext } from '../types/components.ts';
import { type EventName, type EventPayloadMap, EventType } from '../types/events.ts';
import type { Memory } from '../types/memory.ts';
import type { Evaluator, IAgentRuntime } from '../types/runtime.ts';
import type { State } from '../types/state.ts';
import type { Background } from './background.ts';
import { within } from './deadline.ts';
import type { Log } from './log.ts';
import { runUntil } from './run.ts';
import { Scheduler } from './scheduler.ts';

/** How much runs and waits at once; how long an evaluator may take that names no time, in ms. */
const CONCURRENCY = 2;
const CAPACITY = 100;
const VALIDATE_MS = 5_000;
const TIMEOUT_MS = 60_000;

/** A message that was handled, to be looked back at. */
export interface Evaluation {
  message: Memory;
  state?: State | undefined;
  /** Without a response, only those that always run do. */
  didRespond: boolean;
  callback?: HandlerCallback | undefined;
  responses?: Memory[] | undefined;
  run: RunContext;
  bind(run: RunContext): IAgentRuntime;
  emit<E extends EventName>(event: E, payload: EventPayloadMap[E]): Promise<void>;
}

export interface EvaluationQueueOptions {
  log: Log;
  /** Aborted when the runtime stops. The run that was answered may be stopped: what follows it is not. */
  signal: AbortSignal;
  background: Background;
}

/** Runs evaluators in the background: after the answer, a few at a time, never more than fits. */
export class EvaluationQueue {
  readonly #scheduler = new Scheduler({ concurrency: CONCURRENCY, capacity: CAPACITY });
  readonly #options: EvaluationQueueOptions;

  constructor(options: EvaluationQueueOptions) {
    this.#options = options;
  }

  /** Those that ran. Never rejects: a failure is logged and told by an event. */
  async add(evaluators: readonly Evaluator[], evaluation: Evaluation): Promise<Evaluator[]> {
    const called = evaluators.filter((evaluator) => isCalled(evaluator, evaluation));
    if (called.length === 0) return [];
    try {
      return await this.#scheduler.add(() => this.#run(called, evaluation));
    } catch (error) {
      this.#options.log.warn(
        `a message was not evaluated: ${error instanceof Error ? error.message : 'failure'}`,
      );
      return [];
    }
  }

  drain(): Promise<void> {
    return this.#scheduler.drain();
  }

  async #run(evaluators: readonly Evaluator[], evaluation: Evaluation): Promise<Evaluator[]> {
    const ran: Evaluator[] = [];
    for (const evaluator of evaluators) {
      if (this.#options.signal.aborted) break;
      if (await this.#runOne(evaluator, evaluation)) ran.push(evaluator);
    }
    return ran;
  }

  async #runOne(evaluator: Evaluator, evaluation: Evaluation): Promise<boolean> {
    const { message, state, callback, responses, bind, emit } = evaluation;
    const { name, timeoutMs = TIMEOUT_MS } = evaluator;
    const { background } = this.#options;
    // The time of an evaluator stands still while a person waits, since its calls to models do.
    const after = (ms: number, late: () => void) => background.after(ms, late);
    const limits = { signal: this.#options.signal, what: name, after };
    const event = { evaluatorName: name, messageId: message.id };
    let started = false;
    try {
      const inBackground = { ...evaluation.run, background: true };
      const wanted = await within({ ...limits, ms: VALIDATE_MS }, (limit) =>
        evaluator.validate(bind(runUntil(limit, inBackground)), message, state),
      );
      if (!wanted) return false;
      started = true;
      await emit(EventType.EVALUATOR_STARTED, event);
      await within({ ...limits, ms: timeoutMs }, (limit) => {
        const own = runUntil(limit, inBackground);
        return evaluator.handler(bind(own), message, state, own, callback, responses);
      });
      await emit(EventType.EVALUATOR_COMPLETED, { ...event, completed: true });
      return true;
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error(String(cause));
      this.#options.log.warn(`evaluator ${name} failed: ${error.name}`);
      if (started) await emit(EventType.EVALUATOR_COMPLETED, { ...event, completed: false, error });
      return false;
    }
  }
}

/** Before it is queued: what nobody will do needs no place. */
function isCalled({ alwaysRun, asksModel }: Evaluator, { didRespond, state }: Evaluation): boolean {
  if (asksModel && typeof state?.values.model !== 'string') return false;
  return alwaysRun === true || didRespond;
}
