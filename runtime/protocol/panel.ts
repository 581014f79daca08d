import * as z from 'zod';
import type { Attachment } from '../types/memory.ts';
import type { Uuid } from '../types/primitives.ts';

/** Requests of the panel that the extension answers itself, since they are about the editor. */
export const panelRequests = {
  /** The panel has started. Answers with what it should show. */
  'panel/ready': {
    params: z.object({}),
    result: z.object({
      /** False where no folder is open. */
      workspace: z.boolean(),
      workspaceName: z.string(),
      trusted: z.boolean(),
    }),
  },
  /** Opens a file at a line (1-based), or reveals it. */
  'editor/open': {
    params: z.object({ path: z.string(), line: z.int().optional(), endLine: z.int().optional() }),
    result: z.object({ opened: z.boolean() }),
  },
  'editor/insert': { params: z.object({ text: z.string() }), result: z.object({ inserted: z.boolean() }) },
  'editor/copy': { params: z.object({ text: z.string() }), result: z.object({}) },
  /** Opens Zoey's own pages only: the extension knows the addresses. */
  'editor/link': { params: z.object({ page: z.enum(['ollama', 'models']) }), result: z.object({}) },
  /** Opens a link of an answer in the browser, after the editor has asked. */
  'editor/browse': { params: z.object({ url: z.url() }), result: z.object({}) },
  /** Runs `ollama serve` in a terminal that the person sees. */
  'editor/startOllama': { params: z.object({}), result: z.object({}) },
  'editor/settings': { params: z.object({ key: z.string() }), result: z.object({}) },
  /** Asks whether requests may go to the host of the set address; remembers the word. */
  'editor/allowHost': { params: z.object({}), result: z.object({ allowed: z.boolean() }) },
  'editor/showLedger': { params: z.object({}), result: z.object({}) },
  'editor/showLog': { params: z.object({}), result: z.object({}) },
} as const satisfies Record<string, { params: z.ZodType; result: z.ZodType }>;

export type PanelRequests = typeof panelRequests;
export type PanelRequest = keyof PanelRequests;
export type PanelParams<R extends PanelRequest> = z.input<PanelRequests[R]['params']>;
export type PanelResult<R extends PanelRequest> = z.output<PanelRequests[R]['result']>;

/** What the extension tells the panel. */
export type PanelNotification =
  /** The active editor: offered as context, never added by itself. */
  | { type: 'context'; file?: Attachment; selection?: Attachment }
  /** A command was run. */
  | { type: 'newChat' }
  | { type: 'focus' }
  | { type: 'history' }
  | { type: 'pickModel' }
  | { type: 'openRoom'; roomId: Uuid }
  /** Puts text and pieces into the composer; sends at once where `send`. */
  | { type: 'ask'; text: string; attachments: Attachment[]; send: boolean }
  /** The agent server: `starting` at first and after a crash, `failed` when it will not come back by itself. */
  | { type: 'server'; state: 'starting' | 'running' | 'failed'; message?: string }
  /** Settings changed, so states should be asked again. */
  | { type: 'refresh' };

export const PANEL_NOTIFY = 'panel/notify';
