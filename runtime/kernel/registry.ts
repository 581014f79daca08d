import type { Log } from './log.ts';

/** Takes back what a registration did; a promise where that takes time. Calling it again does nothing. */
export type Undo = () => unknown;

/** Things by name, in the order in which they came. The first of a name stays. */
export class Registry<T extends { name: string }> {
  readonly #items = new Map<string, T>();
  readonly #kind: string;
  readonly #log: Log;

  /** `kind` is for the log: "action". */
  constructor(kind: string, log: Log) {
    this.#kind = kind;
    this.#log = log;
  }

  get all(): readonly T[] {
    return [...this.#items.values()];
  }

  add(item: T): Undo {
    const known = this.#items.get(item.name);
    if (known) {
      if (known !== item) this.#log.warn(`the ${this.#kind} ${item.name} is there already: the first stays`);
      return () => {};
    }
    this.#items.set(item.name, item);
    return () => {
      if (this.#items.get(item.name) === item) this.#items.delete(item.name);
    };
  }
}
