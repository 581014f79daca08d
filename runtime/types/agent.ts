import * as z from 'zod';
import { Timestamp, Uuid } from './primitives.ts';

const Lines = z.array(z.string().max(2_000)).max(200);
const Plain = z.union([z.string(), z.boolean(), z.number()]);

/** One line of a conversation that shows how the character talks. */
const MessageExample = z.object({
  name: z.string().max(100),
  content: z.object({ text: z.string().max(10_000), actions: Lines.optional() }),
});

/**
 * Who an agent is: its name, how it talks, what it knows. A JSON file holds one; fields that other runtimes
 * use and this one does not know are left out.
 */
export const Character = z.object({
  id: Uuid.optional(),
  name: z.string().trim().min(1).max(100),
  username: z.string().max(100).optional(),
  /** What the model is told first. Without it, the text is made of the bio and the style. */
  system: z.string().max(20_000).optional(),
  templates: z.record(z.string(), z.string().max(20_000)).optional(),
  bio: z.union([z.string().max(20_000), Lines]).default([]),
  messageExamples: z.array(z.array(MessageExample).max(20)).max(50).optional(),
  postExamples: Lines.optional(),
  topics: Lines.optional(),
  adjectives: Lines.optional(),
  /** Files or folders whose text the agent should know. */
  knowledge: z
    .array(
      z.union([
        z.string().max(1_000),
        z.object({ path: z.string().max(1_000), shared: z.boolean().optional() }),
      ]),
    )
    .max(200)
    .optional(),
  /** Names of the plugins that the character needs. */
  plugins: Lines.optional(),
  /** The lowest layer of settings: plugins and the runtime override it. */
  settings: z.record(z.string(), z.union([Plain, z.record(z.string(), z.json())])).optional(),
  /** Settings that are never shown or logged. */
  secrets: z.record(z.string(), Plain).optional(),
  style: z.object({ all: Lines.optional(), chat: Lines.optional(), post: Lines.optional() }).optional(),
});
export type Character = z.infer<typeof Character>;

/** An agent as the database holds it: its character, without secrets, which are kept elsewhere. */
export const Agent = Character.omit({ secrets: true }).extend({
  id: Uuid,
  enabled: z.boolean().default(true),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type Agent = z.infer<typeof Agent>;
