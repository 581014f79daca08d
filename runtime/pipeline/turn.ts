import type { Clock } from '../kernel/clock.ts';
import { ZoeyError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { Piece, Provider } from '../types/components.ts';
import type { IDatabaseAdapter } from '../types/database.ts';
import type { Room } from '../types/environment.ts';
import type { TurnEvent } from '../types/events.ts';
import type { Caller } from '../types/host.ts';
import type { Attachment, Memory, Reference } from '../types/memory.ts';
import type { IModelServer } from '../types/model.ts';
import type { Uuid } from '../types/primitives.ts';
import { gather } from './gather.ts';
import { generateReply } from './generate.ts';
import { receive } from './receive.ts';
import { Reply } from './reply.ts';
import type { StopReason } from './turns.ts';

/** What a turn works with. */
export interface TurnServices {
  database: IDatabaseAdapter;
  providers: readonly Provider[];
  /** Who the agent is and how it answers. */
  system: string;
  /** What answers when no model is there: quotes, never paraphrases. */
  excerpts(pieces: readonly Piece[]): { text: string; references: Reference[] };
  /** Another room that the model is busy with. */
  other(roomId: Uuid): { roomId: Uuid; title: string } | undefined;
  clock: Clock;
  log: Log;
}

/** The model that will answer. */
export interface TurnModel {
  server: IModelServer;
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
  /** The empty reply, or the one that is gone on with. */
  reply: Memory;
  /** Message and reply are stored already: the reply is gone on with. */
  continues: boolean;
  /** Absent where no model can answer. */
  model: TurnModel | undefined;
}

export type Emit = (event: TurnEvent) => void;

/** One step's surroundings. */
export interface TurnContext {
  request: TurnRequest;
  services: TurnServices;
  signal: AbortSignal;
  emit: Emit;
}

/**
 * Runs one message through its steps and gives back the stored reply. Rejects only where the message
 * itself could not be stored; whatever fails later is told in the reply, and what was written stays.
 */
export async function runTurn(context: TurnContext): Promise<Memory> {
  const { request, services, signal, emit } = context;
  const room = await receive(context);
  const reply = new Reply(request.reply, services);
  try {
    const pieces = await gather(context);
    if (request.model) await generateReply({ ...context, model: request.model, pieces, reply });
    else answerWithoutModel(context, pieces, reply);
    await reply.finish('complete');
  } catch (cause) {
    const error = ZoeyError.from(cause);
    if (signal.aborted) await reply.finish(signal.reason as StopReason);
    else {
      services.log.warn(`turn failed: ${error.code}`);
      await reply.finish('failed', error.toWire());
    }
  }
  emit({ type: 'end', message: reply.memory, room });
  return reply.memory;
}

function answerWithoutModel({ services, emit }: TurnContext, pieces: readonly Piece[], reply: Reply): void {
  const { text, references } = services.excerpts(pieces);
  reply.set({ references });
  reply.append(text);
  emit({ type: 'references', references });
  emit({ type: 'text', delta: text });
}
