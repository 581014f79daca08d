import { setTimeout as sleep } from 'node:timers/promises';
import { CancellationToken, type Disposable, Emitter, type Event } from 'vscode-jsonrpc/node';
import type { FunctionName } from '../runtime/protocol/contract.ts';
import type { InvokeParams } from '../runtime/protocol/rpc.ts';
import type { Caller } from '../runtime/types/host.ts';
import type { JsonValue } from '../runtime/types/primitives.ts';
import { asFailure, cancelled, failure, serverStopped } from './failures.ts';
import { createRestartPolicy, RESTART_LIMIT, type RestartLimit } from './restartPolicy.ts';

/** One life of the agent server: a process, from its start until it is gone. */
export interface ServerLife {
  request(params: InvokeParams, token: CancellationToken): Promise<unknown>;
  onChunk(stream: string, handler: (chunk: unknown) => void): Disposable;
  /** Resolves when the process is gone, for whatever reason. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export type AgentState = 'stopped' | 'starting' | 'running' | 'failed';

export interface AgentOptions {
  /** Rejects where the server did not come up; leaves no process behind then, nor when aborted. */
  startServer(signal: AbortSignal): Promise<ServerLife>;
  /** Who calls: asked anew for each call, since settings change. */
  caller(): Caller;
  log: { info(message: string): void; warn(message: string): void; error(message: string): void };
  limit?: RestartLimit;
  now?: () => number;
  /** Waits before a restart. Rejects when aborted. */
  delay?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

interface Call {
  name: FunctionName;
  input: JsonValue;
}

interface CallOptions {
  onChunk?: (chunk: unknown) => void;
  token?: CancellationToken;
}

/** Calls that wait for the server to come up. A panel has a handful under way. */
const MAX_WAITING = 100;

/**
 * Keeps one agent server alive: starts it on first need, again after a crash, and gives up where it crashes
 * again and again. Calls made meanwhile wait; those under way when it dies fail with `server_stopped`.
 */
export class Agent {
  private readonly states = new Emitter<AgentState>();
  private readonly results = new Emitter<{ name: FunctionName; output: unknown }>();
  readonly onDidChangeState: Event<AgentState> = this.states.event;
  /** Every result that passes by, so that who shows a state need not ask for it again. */
  readonly onDidAnswer: Event<{ name: FunctionName; output: unknown }> = this.results.event;

  private readonly options: AgentOptions;
  private current: AgentState = 'stopped';
  private life: ServerLife | undefined;
  private keeping: { readonly stop: AbortController; readonly done: Promise<void> } | undefined;
  private ending: Promise<unknown> | undefined;
  /** Whether a server is to run, whatever is under way. */
  private wanted = false;
  private streams = 0;
  private waiting = 0;

  constructor(options: AgentOptions) {
    this.options = options;
  }

  get state(): AgentState {
    return this.current;
  }

  /** Starts the server where it does not run already. Returns at once: what comes of it is a state. */
  start(): void {
    this.wanted = true;
    if (this.current !== 'starting' && this.current !== 'running') this.keep();
  }

  async stop(): Promise<void> {
    this.wanted = false;
    await this.endLife();
  }

  /** Starts afresh, also where it was given up. Calls made meanwhile wait for the new server. */
  async restart(): Promise<void> {
    this.wanted = true;
    this.change('starting');
    await this.endLife();
  }

  /** Runs a function in the server. Rejects with a ResponseError whose data is a WireError. */
  async invoke(call: Call, options: CallOptions = {}): Promise<unknown> {
    const token = options.token ?? CancellationToken.None;
    const life = await this.ready(token);
    const params: InvokeParams = { ...call, caller: this.options.caller() };
    let watch: Disposable | undefined;
    if (options.onChunk) {
      // The webview's own tokens start over when it reloads, while calls of the page before still run.
      params.stream = `relay-${++this.streams}`;
      watch = life.onChunk(params.stream, options.onChunk);
    }
    try {
      const output = await life.request(params, token);
      this.results.fire({ name: call.name, output });
      return output;
    } catch (error) {
      throw asFailure(error);
    } finally {
      watch?.dispose();
    }
  }

  /** Ends the server that runs; another follows where one is wanted by then. */
  private async endLife(): Promise<void> {
    const { keeping } = this;
    if (keeping) {
      this.keeping = undefined;
      keeping.stop.abort();
      this.ending = Promise.all([this.life?.stop(), keeping.done]);
    }
    // Others may start and end one more while this waits.
    let ending: Promise<unknown> | undefined;
    do {
      ending = this.ending;
      await ending;
    } while (ending !== this.ending);
    if (this.keeping) return;
    if (this.wanted) this.keep();
    else this.change('stopped');
  }

  private keep(): void {
    const stop = new AbortController();
    this.keeping = { stop, done: this.keepAlive(stop.signal) };
  }

  private async keepAlive(signal: AbortSignal): Promise<void> {
    const { startServer, log, limit = RESTART_LIMIT, now = Date.now, delay = wait } = this.options;
    const nextDelay = createRestartPolicy(limit, now);
    while (!signal.aborted) {
      this.change('starting');
      try {
        this.life = await startServer(signal);
        if (signal.aborted) await this.life.stop();
        else this.change('running');
        await this.life.ended;
      } catch (error) {
        if (!signal.aborted) log.error(`The agent server did not start: ${describe(error)}`);
      } finally {
        this.life = undefined;
      }
      if (signal.aborted) return;
      const ms = nextDelay();
      if (ms === undefined) {
        log.error(`The agent server ended ${limit.restarts + 1} times and is not started again.`);
        this.change('failed');
        return;
      }
      this.change('starting');
      log.warn(`The agent server ended. It starts again in ${ms} ms.`);
      await delay(ms, signal).catch(() => {});
    }
  }

  /** The running server, waited for while it starts. */
  private async ready(token: CancellationToken): Promise<ServerLife> {
    if (this.current === 'stopped') this.start();
    if (this.waiting >= MAX_WAITING) {
      throw failure('rate_limited', 'Too many requests wait for the agent to start.', {
        hint: 'Wait a moment, then try again.',
        retryable: true,
      });
    }
    this.waiting++;
    try {
      while (!this.life || this.current !== 'running') {
        if (token.isCancellationRequested) throw cancelled();
        if (this.current === 'failed') throw gaveUp();
        if (this.current === 'stopped') throw serverStopped();
        await this.nextChange(token);
      }
      return this.life;
    } finally {
      this.waiting--;
    }
  }

  private nextChange(token: CancellationToken): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        changed.dispose();
        stopped.dispose();
        resolve();
      };
      const changed = this.states.event(done);
      const stopped = token.onCancellationRequested(done);
    });
  }

  private change(state: AgentState): void {
    if (this.current === state) return;
    this.current = state;
    this.states.fire(state);
  }
}

function wait(ms: number, signal: AbortSignal): Promise<unknown> {
  return sleep(ms, undefined, { signal });
}

function gaveUp() {
  return failure('server_stopped', "Zoey's agent stopped and did not come back.", {
    hint: 'Look at the log, then restart the agent.',
  });
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
