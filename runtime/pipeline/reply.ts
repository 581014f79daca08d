import type { Clock } from '../kernel/clock.ts';
import { ZoeyError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { IDatabaseAdapter, TurnLog } from '../types/database.ts';
import type { WireError } from '../types/errors.ts';
import type { Content, Memory, MessageStatus } from '../types/memory.ts';
import type { Timestamp } from '../types/primitives.ts';

/** How often a growing answer is stored: the most that a crash can take of it. */
const SAVE_EVERY_MS = 150;

/** An answer that grows in memory and follows on disk, one write at a time. */
export class Reply {
  #memory: Memory;
  #saving: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #database: IDatabaseAdapter;
  readonly #clock: Clock;
  readonly #log: Log;

  constructor(memory: Memory, services: { database: IDatabaseAdapter; clock: Clock; log: Log }) {
    this.#memory = memory;
    this.#database = services.database;
    this.#clock = services.clock;
    this.#log = services.log;
  }

  get memory(): Memory {
    return this.#memory;
  }

  get text(): string {
    return this.#memory.content.text;
  }

  append(delta: string): void {
    this.set({ text: this.text + delta });
  }

  appendThinking(delta: string): void {
    this.set({ thinking: (this.#memory.content.thinking ?? '') + delta });
  }

  set(content: Partial<Content>): void {
    this.#memory = { ...this.#memory, content: { ...this.#memory.content, ...content } };
    this.#timer ??= setTimeout(() => this.#saveInBackground(), SAVE_EVERY_MS);
  }

  /** Says the last word, and stores nothing. */
  end(status: MessageStatus, error?: WireError): void {
    clearTimeout(this.#timer);
    const { error: _past, ...given } = this.#memory.content;
    // As it will be read: what is not there is not named.
    const content = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    this.#memory = {
      ...this.#memory,
      updatedAt: this.#clock(),
      content: { ...content, text: this.text, status, ...(error && { error }) },
    };
  }

  /** Stores the last word, and with it how the turn went. Rejects where that fails: it is then not acknowledged. */
  async saveEnd(log: TurnLog): Promise<void> {
    await this.#saving;
    const { id, content, updatedAt } = this.#memory;
    try {
      await this.#database.endTurn({ id, content, updatedAt, log });
    } catch (error) {
      if (ZoeyError.from(error).code !== 'not_found') throw error;
      // Whom the log tells about went meanwhile: the answer matters more.
      await this.#save(updatedAt);
    }
  }

  #saveInBackground(): void {
    this.#timer = undefined;
    if (this.#saving) {
      this.#timer = setTimeout(() => this.#saveInBackground(), SAVE_EVERY_MS);
      return;
    }
    // A failure here is not the end: `finish` tries again, and tells if it fails too.
    this.#saving = this.#save(this.#clock())
      .catch((error: unknown) => this.#log.warn(`a growing answer was not saved: ${String(error)}`))
      .finally(() => {
        this.#saving = undefined;
      });
  }

  async #save(updatedAt: Timestamp): Promise<void> {
    const { id, content } = this.#memory;
    await this.#database.updateMemory(id, { content, updatedAt });
  }
}
