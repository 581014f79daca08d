/**
 * Hands a text that comes in pieces on by its paragraphs: what says something to a room puts an empty line
 * between two of them. A code block stays whole.
 */
export class Paragraphs {
  #held = '';
  #spoke = false;
  #sending: Promise<void> = Promise.resolve();
  readonly #send: (text: string) => Promise<void>;

  constructor(send: (text: string) => Promise<void>) {
    this.#send = send;
  }

  add(delta: string): void {
    this.#held += delta;
    for (let at = this.#cut(); at !== -1; at = this.#cut()) {
      const text = this.#held.slice(0, at);
      this.#held = this.#held.slice(at).replace(/^\n+/, '');
      this.#pass(text);
    }
  }

  /** Hands on the rest; gives back whether there was anything. Rejects where something could not be said. */
  async end(): Promise<boolean> {
    this.#pass(this.#held);
    this.#held = '';
    await this.#sending;
    return this.#spoke;
  }

  #pass(text: string): void {
    if (text.trim() === '') return;
    this.#spoke = true;
    this.#sending = this.#sending.then(() => this.#send(text.replace(/^(?:[ \t]*\n)+/, '').trimEnd()));
    // It is told at the end.
    this.#sending.catch(() => {});
  }

  /** Where the first whole paragraph ends; -1 where none is whole yet. */
  #cut(): number {
    let fence = '';
    let at = 0;
    for (const line of this.#held.split('\n')) {
      const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
      if (mark !== undefined && fence === '') fence = mark;
      else if (mark?.startsWith(fence) && fence !== '') fence = '';
      else if (line.trim() === '' && fence === '' && at > 0 && at < this.#held.length) return at;
      at += line.length + 1;
    }
    return -1;
  }
}
