import { LRUCache } from 'lru-cache';
import type { Provider } from '../types/runtime.ts';
import type { ComposedState } from '../types/state.ts';
import type { Clock } from './clock.ts';
import { type Answers, askProviders, type Question } from './providers.ts';

/** How many states are kept, how many characters of text in all, and for how long, in ms. */
const MAX_STATES = 200;
const MAX_CHARACTERS = 4_000_000;
const TTL_MS = 60_000;

export interface Composition extends Question {
  /** Added to the default ones, by name. */
  include?: readonly string[] | null | undefined;
  /** Ask those of `include` alone. */
  onlyInclude?: boolean | undefined;
  skipCache?: boolean | undefined;
}

/** Composes what the providers know about a message, and remembers it for a while. */
export class StateComposer {
  readonly #cache: LRUCache<string, ComposedState>;

  constructor(clock: Clock) {
    this.#cache = new LRUCache<string, ComposedState>({
      max: MAX_STATES,
      maxSize: MAX_CHARACTERS,
      sizeCalculation: size,
      ttl: TTL_MS,
      ttlResolution: 0,
      perf: { now: clock },
    });
  }

  async compose(all: readonly Provider[], composition: Composition): Promise<ComposedState> {
    const providers = choose(all, composition);
    const key = keyOf(providers, composition);
    const cached = composition.skipCache ? undefined : this.#cache.get(key);
    if (cached) return copy(cached);
    const answers = await askProviders(providers, composition);
    const state = merge(answers);
    // What a failed provider would have given may be there the next time.
    if (answers.failures.length === 0) this.#cache.set(key, state);
    return copy(state);
  }
}

function choose(all: readonly Provider[], { include, onlyInclude }: Composition): Provider[] {
  const named = new Set(include);
  return all.filter(
    ({ name, dynamic, private: hidden }) => named.has(name) || (!onlyInclude && !dynamic && !hidden),
  );
}

/** Room, message and providers; and who asks, since what may be read depends on it. */
function keyOf(providers: readonly Provider[], { message, run }: Composition): string {
  const names = providers.map(({ name }) => name).sort();
  const { workspace, trusted } = run.caller;
  return JSON.stringify([message.roomId, message.id, message.updatedAt, workspace, trusted, names]);
}

function merge({ given, failures }: Answers): ComposedState {
  const text = given.flatMap(({ result }) => (result.text ? [result.text] : [])).join('\n\n');
  return {
    values: Object.assign({}, ...given.map(({ result }) => result.values), { providers: text }),
    data: {
      providers: Object.fromEntries(
        given.flatMap(({ name, result }) => (result.data ? [[name, result.data]] : [])),
      ),
    },
    text,
    pieces: given.flatMap(({ result }) => result.pieces ?? []),
    failures,
  };
}

/** Whoever gets a state may add to it: never to the one that is kept. */
function copy(state: ComposedState): ComposedState {
  return {
    ...state,
    values: { ...state.values },
    data: { ...state.data, providers: { ...state.data.providers } },
  };
}

function size({ text, pieces }: ComposedState): number {
  return 1 + text.length + pieces.reduce((sum, piece) => sum + piece.text.length, 0);
}
