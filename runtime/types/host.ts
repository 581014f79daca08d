import * as z from 'zod';

/** What a person may set. Read from the editor's settings, a command line, or the defaults. */
export const Settings = z.object({
  /** Base address of Ollama. */
  ollamaUrl: z.string().max(500).default('http://127.0.0.1:11434'),
  /** Hosts other than this machine that the person allowed, "host" or "host:port". */
  allowedHosts: z.array(z.string().max(300)).max(50).default([]),
  /** The model to prefer where the workspace has not chosen one; empty for the first installed. */
  model: z.string().max(200).default(''),
  /** Context window to ask for, in tokens; bounded by what the model can. */
  contextTokens: z.int().min(1024).max(1_048_576).default(8192),
  /** How long the model stays in memory after an answer: "10m", "-1" for ever. */
  keepAlive: z
    .string()
    .regex(/^-?\d+(ms|s|m|h)?$/)
    .default('10m'),
  /** Let models that can reason first. */
  think: z.boolean().default(false),
  /** Glob patterns never read, beside ignore files and secret files. */
  exclude: z.array(z.string().max(500)).max(500).default([]),
  /** What texts are embedded with: empty for the bundled model, "org/name", or "ollama:NAME". */
  embeddingModel: z.string().max(300).default(''),
  /** Absolute path of a folder with models, `<org>/<name>/…`, for machines without a network. */
  embeddingFolder: z.string().max(1000).default(''),
  /** Complete code while it is typed. Off: it keeps a model busy. */
  completion: z.boolean().default(false),
  /** The model that completes; empty for the first installed that can fill in the middle. */
  completionModel: z.string().max(200).default(''),
});
export type Settings = z.infer<typeof Settings>;

/** Who calls, with what they allow. It travels with each call, since a handler keeps nothing between calls. */
export const Caller = z.object({
  /** `agent`: nobody; the agent works on its own, in the background. */
  host: z.enum(['editor', 'cli', 'stdio', 'http', 'agent', 'test']),
  /** Absolute path of the workspace folder; absent without one. */
  workspace: z.string().optional(),
  /** The further folders of the workspace, by absolute path and by the name that goes before paths in them. */
  folders: z
    .array(z.object({ path: z.string(), name: z.string() }))
    .max(50)
    .optional(),
  /** False in a workspace that the person has not trusted: its files are then read only when attached. */
  trusted: z.boolean().default(true),
  settings: Settings,
});
export type Caller = z.infer<typeof Caller>;
