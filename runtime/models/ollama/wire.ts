import * as z from 'zod';

// What Ollama sends, as far as it is read here. Loose on purpose: versions differ in what they leave out.

export const VersionReply = z.object({ version: z.string().max(100) });

const details = z
  .object({
    family: z.string().nullish(),
    parameter_size: z.string().nullish(),
    context_length: z.int().min(0).nullish(),
  })
  .nullish();

const Tag = z.object({
  name: z.string(),
  size: z.number().min(0).default(0),
  digest: z.string().default(''),
  details,
  capabilities: z.array(z.string()).nullish(),
  /** Set for a model that Ollama only forwards to another host. */
  remote_host: z.string().nullish(),
});
export type Tag = z.infer<typeof Tag>;

export const TagsReply = z.object({ models: z.array(Tag).nullable() });

export const PsReply = z.object({
  models: z.array(z.object({ name: z.string(), context_length: z.int().nullish() })).nullable(),
});
export type PsReply = z.infer<typeof PsReply>;

export const ShowReply = z.object({
  capabilities: z.array(z.string()).nullish(),
  details,
  model_info: z.record(z.string(), z.unknown()).nullish(),
  remote_host: z.string().nullish(),
});
export type ShowReply = z.infer<typeof ShowReply>;

const count = z.int().min(0).nullish();

/** One line of a chat. Durations are in nanoseconds. */
export const ChatLine = z.object({
  message: z.object({ content: z.string().default(''), thinking: z.string().nullish() }),
  done: z.boolean(),
  done_reason: z.string().nullish(),
  prompt_eval_count: count,
  eval_count: count,
  eval_duration: count,
});
export type ChatLine = z.infer<typeof ChatLine>;

/** One line of a completion. */
export const FillLine = z.object({
  response: z.string().default(''),
  done: z.boolean(),
  done_reason: z.string().nullish(),
});

/** One line of a pull. `completed` is absent until the first bytes of a layer came. */
export const PullLine = z.object({
  status: z.string(),
  digest: z.string().nullish(),
  total: count,
  completed: count,
});
export type PullLine = z.infer<typeof PullLine>;

export const EmbedReply = z.object({ embeddings: z.array(z.array(z.number()).min(1).max(8192)).max(64) });
