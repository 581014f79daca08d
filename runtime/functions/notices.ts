import { redact } from '../guard/secrets.ts';
import { createLog, type Log } from '../kernel/log.ts';

/** How many are kept, the first: one mistake often has others behind it. */
const MAX_NOTICES = 20;

/** What of the person's own could not be used at the start: told in the log, and kept to be shown. */
export class Notices {
  readonly #all: string[] = [];
  /** A log whose errors are notices too. */
  readonly log: Log;

  constructor(log: Log) {
    this.log = createLog((level, message) => {
      log[level](message);
      if (level === 'error' && this.#all.length < MAX_NOTICES) this.#all.push(redact(message).text);
    });
  }

  get all(): readonly string[] {
    return this.#all;
  }
}
