import { createBroadcast } from '../kernel/broadcast.ts';
import { throwIfAborted, ZoeyError } from '../kernel/errors.ts';
import type { TurnEvent } from '../types/events.ts';
import type { Memory } from '../types/memory.ts';
import type { Uuid } from '../types/primitives.ts';
import type { IRoomLocks } from '../types/roomLock.ts';

/** Why a turn was ended early: the person said so, or the process is going away. */
export type StopReason = 'stopped' | 'interrupted';

/** What runs: it stores what it makes and tells what happens. */
export type TurnBody = (signal: AbortSignal, emit: (event: TurnEvent) => void) => Promise<Memory>;

export interface RunningTurn {
  /** Settles with the stored reply; rejects where nothing could be stored. */
  done: Promise<Memory>;
  /** From the present state on, to the end. Leaving does not stop the turn. */
  subscribe(signal?: AbortSignal): AsyncGenerator<TurnEvent, void, void>;
}

interface Turn extends RunningTurn {
  title: string;
  stop(reason: StopReason): void;
}

/** How many turns may wait for one room. */
const MAX_WAITING = 8;

/** The turns under way: one at a time per room, rooms in parallel. */
export class Turns {
  readonly #active = new Map<Uuid, Turn>();
  readonly #waiting = new Map<Uuid, number>();
  /** Rooms that are being waited for because another process has them. */
  readonly #taking = new Map<Uuid, Promise<unknown>>();
  readonly #locks: IRoomLocks | undefined;
  readonly #closing = new AbortController();

  /** `locks` hold rooms against other processes, where the database is shared by several. */
  constructor(locks?: IRoomLocks) {
    this.#locks = locks;
  }

  /** Waits for the room's turn, then runs the body. The body goes on when its readers leave. */
  async start(room: { id: Uuid; title: string }, body: TurnBody, signal: AbortSignal): Promise<RunningTurn> {
    // Of several that wait only the first to look may go on, so nothing comes between the look and the taking.
    while (this.#busy(room.id)) await this.#waitFor(room.id, signal);
    const stop = new AbortController();
    const release = this.#locks && (await this.#take(room.id, { locks: this.#locks, stop, signal }));
    this.#taking.delete(room.id);
    if (this.#closing.signal.aborted) {
      await release?.();
      throw new ZoeyError('server_stopped', 'Zoey is stopping.');
    }
    const past = new Past();
    const events = createBroadcast<TurnEvent>(() => past.events());
    const emit = (event: TurnEvent) => {
      past.add(event);
      events.publish(event);
    };
    const done = body(stop.signal, emit).finally(async () => {
      this.#active.delete(room.id);
      events.end();
      await release?.();
    });
    done.catch(() => {}); // told to whoever asks for `done`
    const turn: Turn = {
      title: room.title,
      done,
      subscribe: events.subscribe,
      stop: (reason) => stop.abort(reason),
    };
    this.#active.set(room.id, turn);
    return turn;
  }

  /** The room's turn, if one is under way. */
  find(roomId: Uuid): RunningTurn | undefined {
    return this.#active.get(roomId);
  }

  /** Another room that is being answered now: the model serves one after the other. */
  other(roomId: Uuid): { roomId: Uuid; title: string } | undefined {
    for (const [id, turn] of this.#active) if (id !== roomId) return { roomId: id, title: turn.title };
    return undefined;
  }

  /** Settles when the turn has stored what it had, in another process too; false where there was none. */
  async stop(roomId: Uuid, reason: StopReason = 'stopped'): Promise<boolean> {
    const turn = this.#active.get(roomId);
    if (!turn) return reason === 'stopped' && ((await this.#locks?.stop(roomId)) ?? false);
    turn.stop(reason);
    await turn.done.catch(() => {});
    return true;
  }

  /** Ends every turn; what they wrote stays. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all([...this.#active.keys()].map((roomId) => this.stop(roomId, 'interrupted')));
  }

  /** Takes the room against other processes. Whoever else wants it here waits until that is settled. */
  async #take(
    roomId: Uuid,
    { locks, stop, signal }: { locks: IRoomLocks; stop: AbortController; signal: AbortSignal },
  ): Promise<() => Promise<void>> {
    const end = (reason: StopReason) => () => stop.abort(reason);
    const taking = locks.hold(roomId, {
      signal: AbortSignal.any([signal, this.#closing.signal]),
      onStop: end('stopped'),
      onLost: end('interrupted'),
    });
    this.#taking.set(roomId, taking);
    try {
      return await taking;
    } catch (error) {
      this.#taking.delete(roomId);
      throw error;
    }
  }

  /** What has to settle before the room can have another turn. */
  #busy(roomId: Uuid): Promise<unknown> | undefined {
    return this.#active.get(roomId)?.done ?? this.#taking.get(roomId);
  }

  async #waitFor(roomId: Uuid, signal: AbortSignal): Promise<void> {
    const waiting = this.#waiting.get(roomId) ?? 0;
    if (waiting >= MAX_WAITING) {
      throw new ZoeyError('rate_limited', 'Too many messages wait for an answer in this conversation.');
    }
    this.#waiting.set(roomId, waiting + 1);
    try {
      await settledOrAborted(this.#busy(roomId), signal);
      throwIfAborted(signal);
    } finally {
      const left = (this.#waiting.get(roomId) ?? 1) - 1;
      if (left > 0) this.#waiting.set(roomId, left);
      else this.#waiting.delete(roomId);
    }
  }
}

/** A turn so far, folded into few events for a reader that joins late. */
class Past {
  #start: Extract<TurnEvent, { type: 'start' }> | undefined;
  #work: TurnEvent | undefined;

  add(event: TurnEvent): void {
    if (event.type === 'start') this.#start = event;
    else if (event.type === 'work') this.#work = event;
    else if (this.#start) this.#start = { ...this.#start, reply: fold(this.#start.reply, event) };
  }

  events(): TurnEvent[] {
    return [this.#start, this.#work].filter((event) => event !== undefined);
  }
}

function fold(reply: Memory, event: TurnEvent): Memory {
  const { content } = reply;
  switch (event.type) {
    case 'references':
      return { ...reply, content: { ...content, references: event.references } };
    case 'thinking':
      return { ...reply, content: { ...content, thinking: (content.thinking ?? '') + event.delta } };
    case 'text':
      return { ...reply, content: { ...content, text: content.text + event.delta } };
    case 'end':
      return event.message;
    default:
      return reply;
  }
}

async function settledOrAborted(promise: Promise<unknown> | undefined, signal: AbortSignal): Promise<void> {
  let leave = () => {};
  const aborted = new Promise<void>((resolve) => {
    leave = resolve;
    signal.addEventListener('abort', leave, { once: true });
  });
  try {
    if (!signal.aborted) await Promise.race([promise?.catch(() => {}), aborted]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
