import * as z from 'zod';
import { JsonValue, Metadata, Tags, Timestamp, Uuid } from './primitives.ts';

/** How a room's members talk: one to one, several, by voice, or the agent with itself. */
export const ChannelType = z.enum([
  'SELF',
  'DM',
  'GROUP',
  'VOICE_DM',
  'VOICE_GROUP',
  'FEED',
  'THREAD',
  'WORLD',
  'FORUM',
  'API',
]);
export type ChannelType = z.infer<typeof ChannelType>;

/** A conversation. `agentId` is the agent that it belongs to. */
export const Room = z.object({
  id: Uuid,
  agentId: Uuid,
  title: z.string().max(200),
  pinned: z.boolean(),
  createdAt: Timestamp,
  /** When the last message came. */
  updatedAt: Timestamp,
  /** Set while a deletion can still be undone; the room is purged later. */
  deletedAt: Timestamp.optional(),
  type: ChannelType.optional(),
  /** The platform that it is on: "editor", "cli", a chat service. */
  source: z.string().max(100).optional(),
  /** The world that it belongs to; its memories belong to that world too. */
  worldId: Uuid.optional(),
  /** What the platform calls the room, and the server that it is on. */
  channelId: z.string().max(200).optional(),
  serverId: z.string().max(200).optional(),
  metadata: Metadata.optional(),
});
export type Room = z.infer<typeof Room>;

/** What rooms belong to: a workspace, a server, a team. */
export const World = z.object({
  id: Uuid,
  agentId: Uuid,
  name: z.string().max(200),
  /** What the platform calls it. */
  serverId: z.string().max(200).optional(),
  metadata: Metadata.default({}),
});
export type World = z.infer<typeof World>;

/** Something known about an entity, of a type that a plugin chooses: a profile, a goal, a balance. */
export const Component = z.object({
  id: Uuid,
  entityId: Uuid,
  agentId: Uuid,
  /** Where it holds; everywhere without one. */
  roomId: Uuid.optional(),
  worldId: Uuid.optional(),
  /** Who says so. */
  sourceEntityId: Uuid.optional(),
  type: z.string().min(1).max(100),
  data: z.record(z.string(), JsonValue),
  createdAt: Timestamp,
});
export type Component = z.infer<typeof Component>;

/** Someone or something that takes part: a person, another agent, a bot. */
export const Entity = z.object({
  id: Uuid,
  agentId: Uuid,
  names: z.array(z.string().max(200)).max(50),
  metadata: Metadata.default({}),
  /** Set where they were asked for. */
  components: z.array(Component).optional(),
});
export type Entity = z.infer<typeof Entity>;

/** How an entity takes part in a room: it reads all, or it wants to hear nothing. */
export const ParticipantState = z.enum(['FOLLOWED', 'MUTED']);
export type ParticipantState = z.infer<typeof ParticipantState>;

/** How one entity stands to another. There is one at most from one to the other. */
export const Relationship = z.object({
  id: Uuid,
  agentId: Uuid,
  sourceEntityId: Uuid,
  targetEntityId: Uuid,
  tags: Tags.default([]),
  metadata: Metadata.default({}),
  createdAt: Timestamp,
});
export type Relationship = z.infer<typeof Relationship>;
