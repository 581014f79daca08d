import type { Uuid } from './primitives.ts';

/** What whoever holds a room is told. */
export interface RoomHolder {
  /** Ends the wait for the room. */
  signal: AbortSignal;
  /** Another process asks for the end of what goes on there. */
  onStop(): void;
  /** The hold is lost: somebody else may have the room now. */
  onLost(): void;
}

/** Lets one process at a time answer in a room, where several share a database. */
export interface IRoomLocks {
  /**
   * Waits until the room is free and holds it until the returned function is called. Within a process a room is
   * asked for once at a time.
   */
  hold(roomId: Uuid, holder: RoomHolder): Promise<() => Promise<void>>;
  /** Asks the process that holds the room to stop, and waits until it did; false where none holds it. */
  stop(roomId: Uuid): Promise<boolean>;
}
