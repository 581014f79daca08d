import type { IAgentRuntime, ServiceClass } from '../types/runtime.ts';
import type { IService } from '../types/service.ts';
import { within } from './deadline.ts';
import { ZoeyError } from './errors.ts';
import type { Log } from './log.ts';
import type { Undo } from './registry.ts';

/** How long a service may take to start and to stop, in ms. */
const START_MS = 30_000;
const STOP_MS = 5_000;

interface Entry {
  service: ServiceClass;
  /** Under way or done. */
  starting?: Promise<IService>;
  started?: IService;
}

export interface ServicesOptions {
  log: Log;
  /** Aborted when the runtime stops: what still starts then is given up. */
  signal: AbortSignal;
  /** For tests; 30 seconds otherwise. */
  startMs?: number;
}

/** Services by type. Each is started once, when it is first asked for; every promise of one settles. */
export class Services {
  readonly #entries = new Map<string, Entry>();
  /** In the order in which they started. */
  readonly #started: { type: string; service: IService }[] = [];
  readonly #options: ServicesOptions;

  constructor(options: ServicesOptions) {
    this.#options = options;
  }

  get types(): string[] {
    return [...this.#entries.keys()];
  }

  /** The first of a type stays. Undone, the service is stopped where it runs. */
  add(service: ServiceClass): Undo {
    const type = service.serviceType;
    const known = this.#entries.get(type);
    if (known) {
      if (known.service !== service)
        this.#options.log.warn(`the service ${type} is there already: the first stays`);
      return () => {};
    }
    const entry: Entry = { service };
    this.#entries.set(type, entry);
    return () => {
      if (this.#entries.get(type) === entry) this.#entries.delete(type);
      return entry.started && this.#stop(type, entry.started);
    };
  }

  /** What is started; undefined while it is not. */
  get(type: string): IService | undefined {
    return this.#entries.get(type)?.started;
  }

  /** Starts it where it is not. One that failed is tried again by the next call. */
  load(type: string, runtime: IAgentRuntime): Promise<IService> {
    const entry = this.#entries.get(type);
    if (!entry) return Promise.reject(new ZoeyError('not_found', `There is no service "${type}".`));
    entry.starting ??= this.#start(entry, runtime).catch((error: unknown) => {
      delete entry.starting;
      throw error;
    });
    return entry.starting;
  }

  /** The last that started is stopped first. Failures are logged. */
  async stop(): Promise<void> {
    const starting = [...this.#entries.values()].map(({ starting }) => starting);
    this.#entries.clear();
    await Promise.allSettled(starting);
    for (let last = this.#started.at(-1); last; last = this.#started.at(-1))
      await this.#stop(last.type, last.service);
  }

  async #start(entry: Entry, runtime: IAgentRuntime): Promise<IService> {
    const { signal, startMs = START_MS } = this.#options;
    const type = entry.service.serviceType;
    let late = false;
    const start = async () => {
      const service = await entry.service.start(runtime);
      if (late) await service.stop();
      return service;
    };
    try {
      const service = await within({ ms: startMs, signal, what: 'Its start' }, start);
      entry.started = service;
      this.#started.push({ type, service });
      return service;
    } catch (cause) {
      late = true;
      const reason = cause instanceof Error ? cause.message : String(cause);
      this.#options.log.warn(
        `service ${type} did not start: ${cause instanceof Error ? cause.name : 'failure'}`,
      );
      throw new ZoeyError('plugin_failed', `The service "${type}" did not start: ${reason}`, { cause });
    }
  }

  async #stop(type: string, service: IService): Promise<void> {
    const at = this.#started.findIndex((started) => started.service === service);
    if (at < 0) return;
    this.#started.splice(at, 1);
    await within({ ms: STOP_MS, what: 'Its end' }, () => service.stop()).catch((error: unknown) => {
      this.#options.log.warn(
        `service ${type} did not stop well: ${error instanceof Error ? error.name : 'failure'}`,
      );
    });
  }
}
