import type { Input, Output } from '../../runtime/protocol/contract.ts';
import type { PanelNotification, PanelResult } from '../../runtime/protocol/panel.ts';
import type { Message, ModelStatusReport, RoomSummary, Work } from '../../runtime/protocol/schemas.ts';
import type { WireError } from '../../runtime/types/errors.ts';
import type { Attachment } from '../../runtime/types/memory.ts';
import type { ModelInfo, PullProgress } from '../../runtime/types/model.ts';
import type { Uuid } from '../../runtime/types/primitives.ts';

/** A message on its way, with the id that the panel gave it. */
export type Outgoing = Input<'chat.send'> & { id: Uuid; attachments: Attachment[] };

/** An answer that is being written. */
export interface Turn {
  /** The subscription that feeds it: chunks of any other are ignored. */
  token: number;
  replyId?: Uuid;
  /** How long the answer was when this subscription began: a screen reader says what comes after. */
  readFrom?: number;
  work?: Work;
  /** The person asked it to stop; the end has not come yet. */
  stopping: boolean;
}

export interface ChatState {
  /** Counts conversations opened: another number is another list on screen. */
  opened: number;
  roomId?: Uuid;
  room?: RoomSummary;
  /** Oldest first. */
  messages: Message[];
  loading: boolean;
  /** Cursor of the next page towards older messages. */
  older?: string;
  loadingOlder: boolean;
  turn?: Turn;
  /** Sent, but not yet acknowledged by the first chunk. With an error: it did not go out, and is kept. */
  outgoing?: { input: Outgoing; error?: WireError };
  /** Why the room could not be read. */
  error?: WireError;
}

export interface Draft {
  text: string;
  attachments: Attachment[];
  /** The message that is being edited, and what stood in the composer before. */
  editing?: { id: Uuid; before: Omit<Draft, 'editing'> };
}

export interface ComposerState {
  /** The room that the draft belongs to; empty for a new conversation. */
  key: string;
  drafts: Record<string, Draft>;
  /** What the editor offers. */
  offered: { file?: Attachment; selection?: Attachment };
}

export interface Pull {
  name: string;
  state: 'asking' | 'running' | 'paused' | 'failed';
  progress?: PullProgress;
  error?: WireError;
}

export interface ModelsState {
  report?: ModelStatusReport;
  /** Why even the state could not be asked. */
  error?: WireError;
  list: ModelInfo[];
  pull?: Pull;
}

export interface RoomsState {
  query: string;
  items: RoomSummary[];
  next?: string;
  loading: boolean;
  error?: WireError;
  /** The last deletion, while it can be taken back. */
  deleted?: RoomSummary;
}

export type LedgerItems = Output<'privacy.ledger'>['items'];

export interface ShellState {
  /** `silent`: the extension does not answer. */
  handshake: 'waiting' | 'silent' | 'done';
  place?: PanelResult<'panel/ready'>;
  server: Omit<Extract<PanelNotification, { type: 'server' }>, 'type'>;
  view: 'chat' | 'history' | 'ledger';
  popup?: 'rooms' | 'models';
  ledger?: { items: LedgerItems; error?: WireError };
  /** What did not go, in words, until the next step. */
  note?: string;
  /** Said by the screen reader; `at` tells equal ones apart. */
  status: { text: string; at: number };
}

export interface State {
  chat: ChatState;
  composer: ComposerState;
  models: ModelsState;
  rooms: RoomsState;
  shell: ShellState;
}

export const EMPTY_DRAFT: Draft = { text: '', attachments: [] };

export const initialState: State = {
  chat: { opened: 0, messages: [], loading: false, loadingOlder: false },
  composer: { key: '', drafts: {}, offered: {} },
  models: { list: [] },
  rooms: { query: '', items: [], loading: false },
  shell: {
    handshake: 'waiting',
    server: { state: 'running' },
    view: 'chat',
    status: { text: '', at: 0 },
  },
};
