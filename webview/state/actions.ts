import type { PanelResult } from '../../runtime/protocol/panel.ts';
import type { ChatChunk, Message, ModelStatusReport, RoomSummary } from '../../runtime/protocol/schemas.ts';
import type { WireError } from '../../runtime/types/errors.ts';
import type { Attachment } from '../../runtime/types/memory.ts';
import type { ModelInfo } from '../../runtime/types/model.ts';
import type { Uuid } from '../../runtime/types/primitives.ts';
import type { ComposerState, Draft, LedgerItems, Outgoing, Pull, ShellState } from './types.ts';

/** Everything that can happen to the panel. */
export type Action = ChatAction | ComposerAction | ModelsAction | RoomsAction | ShellAction;

type ChatAction =
  | { type: 'newChat' }
  | { type: 'roomOpening'; roomId: Uuid; room?: RoomSummary }
  | { type: 'roomLoaded'; roomId: Uuid; messages: Message[]; older?: string }
  | { type: 'roomFailed'; roomId: Uuid; error: WireError }
  | { type: 'olderAsked' }
  | { type: 'olderLoaded'; roomId: Uuid; messages: Message[]; older?: string }
  | { type: 'olderFailed' }
  /** A message leaves. It is shown at once, and kept until the first chunk acknowledges it. */
  | { type: 'sent'; input: Outgoing; token: number; at: number; fromComposer: boolean }
  /** A subscription to a turn that is under way, or an answer that goes on. */
  | { type: 'watching'; token: number; replyId: Uuid }
  | { type: 'chunks'; token: number; chunks: ChatChunk[] }
  | { type: 'turnFailed'; token: number; error: WireError }
  /** The subscription ended by itself. */
  | { type: 'turnEnded'; token: number }
  | { type: 'stopping' }
  /** An answer could not go on. */
  | { type: 'messageFailed'; id: Uuid; error: WireError }
  /** A message that a reload found unacknowledged. */
  | { type: 'outgoingKept'; input: Outgoing; error: WireError; at: number };

type ComposerAction =
  | { type: 'draftText'; text: string }
  | { type: 'draftSet'; draft: Draft }
  | { type: 'attach'; attachment: Attachment }
  | { type: 'detach'; index: number }
  /** About how many tokens a piece takes that stands in a draft. */
  | { type: 'measured'; attachment: Attachment; tokens: number }
  | { type: 'edit'; message: Message }
  | { type: 'editCancelled' }
  | { type: 'offered'; offered: ComposerState['offered'] }
  | { type: 'draftsRestored'; drafts: Record<string, Draft> }
  /** A message that could not go out while another conversation is open: it is a draft of its own again. */
  | { type: 'draftReturned'; key: string; draft: Draft };

type ModelsAction =
  | { type: 'modelReport'; report: ModelStatusReport }
  | { type: 'modelReportFailed'; error: WireError }
  | { type: 'modelList'; items: ModelInfo[] }
  | { type: 'pull'; pull?: Pull };

type RoomsAction =
  | { type: 'roomsAsked'; query: string }
  | { type: 'roomsLoaded'; query: string; items: RoomSummary[]; next?: string; append: boolean }
  | { type: 'roomsFailed'; query: string; error: WireError }
  | { type: 'roomChanged'; room: RoomSummary }
  | { type: 'roomDeleted'; room: RoomSummary }
  | { type: 'roomRestored'; room: RoomSummary }
  | { type: 'undoExpired'; id: Uuid };

type ShellAction =
  | { type: 'placeKnown'; place: PanelResult<'panel/ready'> }
  | { type: 'silent' }
  | { type: 'server'; server: ShellState['server'] }
  | { type: 'view'; view: ShellState['view'] }
  | { type: 'popup'; popup?: NonNullable<ShellState['popup']> }
  | { type: 'ledger'; items: LedgerItems; error?: WireError }
  /** A word above the composer; none without a text. */
  | { type: 'note'; text?: string }
  | { type: 'status'; text: string; at: number };
