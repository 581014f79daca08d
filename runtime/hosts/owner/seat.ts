import type { Invoke } from '../../protocol/rpc.ts';

/** A place at one memory: as its owner, or as a guest of the process that is. */
export interface Seat {
  readonly role: 'owner' | 'guest';
  readonly invoke: Invoke;
  /** Resolves when the seat is lost: the owner left, or does not answer. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}
