export interface Scored {
  key: string;
  score: number;
}

/** Keeps the best of what it is offered: by score, equals by key, so that the order of offers changes nothing. */
export class Best {
  readonly #limit: number;
  readonly #kept: Scored[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether this score could still get in; asked before a key is made. */
  admits(score: number): boolean {
    if (this.#kept.length < this.#limit) return true;
    const worst = this.#kept.at(-1);
    return worst !== undefined && score >= worst.score;
  }

  offer(key: string, score: number): void {
    let at = this.#kept.length;
    for (; at > 0; at--) {
      const before = this.#kept[at - 1];
      if (before && (before.score > score || (before.score === score && before.key < key))) break;
    }
    if (at >= this.#limit) return;
    this.#kept.splice(at, 0, { key, score });
    if (this.#kept.length > this.#limit) this.#kept.pop();
  }

  /** Best first. */
  list(): Scored[] {
    return this.#kept;
  }
}
