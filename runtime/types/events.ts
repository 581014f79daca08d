import * as z from 'zod';
import type { HandlerCallback } from './components.ts';
import type { Entity, Room, World } from './environment.ts';
import type { Content, Memory, Reference } from './memory.ts';
import type { ModelTypeName } from './model.ts';
import { Timestamp, Uuid } from './primitives.ts';

/** What the turn is doing before and between words; `text` is ready to be shown. */
export const Work = z.object({
  kind: z.enum(['reading', 'looking', 'waiting', 'loading', 'thinking', 'writing']),
  text: z.string(),
  /** When this state began. */
  since: Timestamp,
  /** The room whose answer is waited for. */
  roomId: Uuid.optional(),
});
export type Work = z.infer<typeof Work>;

/**
 * One event of a turn: a closed union. `start` comes once, when message and reply are stored; `end` comes
 * once, whatever happened, with the reply as it is stored.
 */
export type TurnEvent =
  | { type: 'start'; room: Room; message?: Memory; reply: Memory }
  | { type: 'work'; work: Work }
  | { type: 'references'; references: Reference[] }
  | { type: 'thinking'; delta: string }
  | { type: 'text'; delta: string }
  | { type: 'end'; message: Memory; room: Room };

/** What happens to an agent. Any other name is an event too, with a payload of the plugin's own. */
export const EventType = {
  WORLD_JOINED: 'WORLD_JOINED',
  WORLD_CONNECTED: 'WORLD_CONNECTED',
  WORLD_LEFT: 'WORLD_LEFT',
  ENTITY_JOINED: 'ENTITY_JOINED',
  ENTITY_LEFT: 'ENTITY_LEFT',
  ENTITY_UPDATED: 'ENTITY_UPDATED',
  MESSAGE_RECEIVED: 'MESSAGE_RECEIVED',
  MESSAGE_SENT: 'MESSAGE_SENT',
  MESSAGE_DELETED: 'MESSAGE_DELETED',
  RUN_STARTED: 'RUN_STARTED',
  RUN_ENDED: 'RUN_ENDED',
  ACTION_STARTED: 'ACTION_STARTED',
  ACTION_COMPLETED: 'ACTION_COMPLETED',
  EVALUATOR_STARTED: 'EVALUATOR_STARTED',
  EVALUATOR_COMPLETED: 'EVALUATOR_COMPLETED',
  MODEL_USED: 'MODEL_USED',
} as const;

/** What every event carries; the runtime adds itself. */
export interface EventPayloadFor<R> {
  runtime: R;
  /** Who tells: a plugin's or a room's name. */
  source: string;
}

export interface WorldPayload {
  world: World;
  rooms: Room[];
  entities: Entity[];
}

export interface EntityPayload {
  entityId: Uuid;
  worldId?: Uuid;
  roomId?: Uuid;
}

export interface MessagePayload {
  message: Memory;
  callback?: HandlerCallback;
}

/** A run's beginning and end. Every run that starts ends, with an error where it failed. Times in ms. */
export interface RunEventPayload {
  runId: Uuid;
  messageId: Uuid;
  roomId?: Uuid;
  entityId: Uuid;
  startTime: Timestamp;
  status: 'started' | 'completed' | 'failed' | 'cancelled';
  endTime?: Timestamp;
  duration?: number;
  /** The error's code. */
  error?: string;
}

export interface ActionEventPayload {
  action: string;
  messageId: Uuid;
  roomId?: Uuid;
  content: Partial<Content>;
  /** Set when it is over. */
  success?: boolean;
}

export interface EvaluatorEventPayload {
  evaluatorName: string;
  messageId: Uuid;
  completed?: boolean;
  error?: Error;
}

/** A call to a model that is over. No prompt and no answer: those are the person's. */
export interface ModelEventPayload {
  type: ModelTypeName;
  /** Who registered the handler that answered. */
  provider: string;
  /** How long it took, in ms. */
  ms: number;
  tokens?: { prompt: number; completion: number; total: number };
}

/** Payloads by event, without what the runtime adds. */
export interface EventPayloadMap {
  WORLD_JOINED: WorldPayload;
  WORLD_CONNECTED: WorldPayload;
  WORLD_LEFT: WorldPayload;
  ENTITY_JOINED: EntityPayload;
  ENTITY_LEFT: EntityPayload;
  ENTITY_UPDATED: EntityPayload;
  MESSAGE_RECEIVED: MessagePayload;
  MESSAGE_SENT: MessagePayload;
  MESSAGE_DELETED: MessagePayload;
  RUN_STARTED: RunEventPayload;
  RUN_ENDED: RunEventPayload;
  ACTION_STARTED: ActionEventPayload;
  ACTION_COMPLETED: ActionEventPayload;
  EVALUATOR_STARTED: EvaluatorEventPayload;
  EVALUATOR_COMPLETED: EvaluatorEventPayload;
  MODEL_USED: ModelEventPayload;
}
export type EventName = keyof EventPayloadMap;

export type EventHandlerFor<R, E extends EventName> = (
  payload: EventPayloadMap[E] & EventPayloadFor<R>,
) => Promise<void>;

/** A plugin's handlers, by event. */
export type EventHandlersFor<R> = { [E in EventName]?: EventHandlerFor<R, E>[] };
