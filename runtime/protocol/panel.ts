import * as z from 'zod';
import { CodeSymbol, MAX_SYMBOLS } from '../types/codeSymbol.ts';
import { ProposalCandidate } from '../types/coding.ts';
import { SourceText } from '../types/edit.ts';
import { Attachment } from '../types/memory.ts';
import type { Uuid } from '../types/primitives.ts';

/** A code block of an answer, with the answer before it, where hints to its file stand. */
const CodeBlock = z.object({
  code: SourceText,
  language: z.string().max(100).default(''),
  before: z.string().max(200_000).default(''),
});

/** What the editor can be asked for; code and memory are the agent's to find. */
export const MentionKind = z.enum(['file', 'folder', 'selection', 'symbol', 'problems', 'terminal', 'diff']);
export type MentionKind = z.infer<typeof MentionKind>;

const Mention = z.object({ label: z.string(), detail: z.string(), attachment: Attachment });
export type Mention = z.infer<typeof Mention>;

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
  /** Shows what a code block of an answer would change, for review. `unsure`: call again with a path. */
  'editor/apply': {
    params: CodeBlock.extend({ path: z.string().max(4096).optional() }),
    result: z.object({
      outcome: z.enum(['reviewing', 'unchanged', 'unsure']),
      candidates: z.array(ProposalCandidate).optional(),
    }),
  },
  /** Shows a code block as a new file, after asking where; nothing is written before it is accepted. */
  'editor/newFile': { params: CodeBlock, result: z.object({ shown: z.boolean() }) },
  /** Puts a command into the terminal without running it. */
  'editor/terminal': { params: z.object({ code: z.string().max(20_000) }), result: z.object({}) },
  /** What can be given along of a kind, the best matches first. `word` says why there is nothing. */
  'editor/mentions': {
    params: z.object({ kind: MentionKind, query: z.string().max(200) }),
    result: z.object({ items: z.array(Mention).max(50), word: z.string().optional() }),
  },
  /**
   * The pieces as they are now, with the text where only the editor has it, and what the language services know of
   * them where the message begins with a command about code. Refused for files of secrets.
   */
  'editor/resolve': {
    params: z.object({ text: z.string().max(100), attachments: z.array(Attachment).max(20) }),
    result: z.object({ attachments: z.array(Attachment), symbols: z.array(CodeSymbol).max(MAX_SYMBOLS) }),
  },
  /** About how many tokens each piece takes; null where that can't be told. */
  'editor/measure': {
    params: z.object({ attachments: z.array(Attachment).max(20) }),
    result: z.object({ tokens: z.array(z.int().min(0).nullable()) }),
  },
  /** Files and folders that were dropped onto the panel, by their addresses. */
  'editor/dropped': {
    params: z.object({ uris: z.array(z.string().max(8192)).max(20) }),
    result: z.object({ attachments: z.array(Attachment), refused: z.array(z.string()) }),
  },
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
  /** Opens the editor's own page about trust in this workspace. */
  'editor/manageTrust': { params: z.object({}), result: z.object({}) },
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
