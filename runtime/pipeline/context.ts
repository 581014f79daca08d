import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import type { CodeSymbol } from '../types/codeSymbol.ts';
import type { IDatabaseAdapter } from '../types/database.ts';
import type { Room } from '../types/environment.ts';
import type { TurnEvent } from '../types/events.ts';
import type { Caller } from '../types/host.ts';
import type { Attachment, Memory, Reference } from '../types/memory.ts';
import type { Uuid } from '../types/primitives.ts';
import type { IAgentRuntime } from '../types/runtime.ts';
import type { Piece } from '../types/state.ts';
import type { Asker } from './asker.ts';
import type { Reply } from './reply.ts';

/** What a turn works with. */
export interface TurnServices {
  agent: IAgentRuntime;
  database: IDatabaseAdapter;
  /** What answers when no model is there: quotes, never paraphrases. The caller decides what could be read. */
  excerpts(pieces: readonly Piece[], caller: Caller): { text: string; references: Reference[] };
  /** Another room that the model is busy with. */
  other(roomId: Uuid): { roomId: Uuid; title: string } | undefined;
  clock: Clock;
  log: Log;
}

/** The model that will answer. */
export interface TurnModel {
  name: string;
  /** Context window to ask for, in tokens. */
  contextTokens: number;
  think: boolean;
}

/** One message to be answered. */
export interface TurnRequest {
  caller: Caller;
  room: Room;
  message: Memory;
  /** Read and redacted. */
  attachments: readonly Attachment[];
  /** What the editor's language services know of them. */
  symbols?: readonly CodeSymbol[];
  /** The empty reply, or the one that is gone on with. */
  reply: Memory;
  /** The message that this one is an edited form of: it and all after it are taken out. */
  replaces?: Uuid;
  /** Message and reply are stored already: the reply is gone on with. */
  continues: boolean;
  /** Absent where no model can answer. */
  model: TurnModel | undefined;
}

/** What a turn is started with. */
export interface TurnContext {
  request: TurnRequest;
  services: TurnServices;
  signal: AbortSignal;
  emit(event: TurnEvent): void;
}

/** One step's surroundings: what is said goes into `reply`, what is done goes through `agent`. */
export interface Step extends TurnContext {
  /** Bound to the run: it stops with it. */
  agent: IAgentRuntime;
  reply: Reply;
  asker: Asker;
}
