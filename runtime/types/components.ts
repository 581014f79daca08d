import type { Caller } from './host.ts';
import type { Attachment, Memory, Reference } from './memory.ts';

/** A piece of context with its origin: what a prompt may quote and an answer may cite. */
export type Piece = Omit<Reference, 'number'>;

/** What a provider is given: the message at hand, who sent it, and what was attached, read and redacted. */
export interface ProviderContext {
  message: Memory;
  attachments: readonly Attachment[];
  caller: Caller;
  /** Aborted at the provider's deadline or when the turn is stopped. */
  signal: AbortSignal;
  /** Tells the person what is being looked at: "Looking in 412 files". */
  onProgress(text: string): void;
}

/** A sense of the agent: it contributes pieces of context to a turn, most useful first. */
export interface Provider {
  name: string;
  /** Pieces of a lower position come first where scores say nothing. */
  position: number;
  /** How long a turn waits for it, in ms; what it has not given by then is left out. */
  deadlineMs: number;
  get(context: ProviderContext): Promise<Piece[]>;
}
