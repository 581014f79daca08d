import type { Attachment } from '../../runtime/types/memory.ts';
import type { Action } from './actions.ts';
import { type ComposerState, type Draft, EMPTY_DRAFT } from './types.ts';

/** Drafts are kept for so many conversations; the least lately touched goes first. */
const MAX_DRAFTS = 20;
/** The contract's bound. */
const MAX_ATTACHMENTS = 20;

/** Folds what happens to the composer: a draft for each conversation, and what the editor offers. */
export function composer(state: ComposerState, action: Action): ComposerState {
  switch (action.type) {
    case 'newChat':
      return { ...state, key: '' };
    case 'roomOpening':
      return { ...state, key: action.roomId };
    case 'chunks':
      return action.chunks.reduce(
        (next, chunk) => (chunk.type === 'start' ? adopt(next, chunk.room.id) : next),
        state,
      );
    case 'offered':
      return { ...state, offered: action.offered };
    case 'draftsRestored':
      return { ...state, drafts: action.drafts };
    case 'draftReturned':
      return state.drafts[action.key] ? state : put(state, action.key, action.draft);
    case 'roomDeleted':
      return action.room.id === state.key ? { ...state, key: '' } : state;
    default: {
      const before = currentDraft(state);
      const after = draft(before, action);
      return after === before ? state : put(state, state.key, after);
    }
  }
}

/** What stands in the composer now. */
export function currentDraft(state: ComposerState): Draft {
  return state.drafts[state.key] ?? EMPTY_DRAFT;
}

function draft(state: Draft, action: Action): Draft {
  switch (action.type) {
    case 'draftText':
      return { ...state, text: action.text };
    case 'draftSet':
      return action.draft;
    case 'attach':
      return attach(state, action.attachment);
    case 'detach':
      return { ...state, attachments: state.attachments.filter((_, index) => index !== action.index) };
    case 'edit': {
      const { id, text, attachments } = action.message;
      const before = state.editing?.before ?? { text: state.text, attachments: state.attachments };
      return { text, attachments: attachments ?? [], editing: { id, before } };
    }
    case 'editCancelled':
      return state.editing?.before ?? state;
    case 'sent':
      return action.fromComposer ? (state.editing?.before ?? EMPTY_DRAFT) : state;
    default:
      return state;
  }
}

function attach(state: Draft, attachment: Attachment): Draft {
  const others = state.attachments.filter((other) => !samePiece(other, attachment));
  return { ...state, attachments: [...others, attachment].slice(-MAX_ATTACHMENTS) };
}

/** The same file and lines. */
export function samePiece(a: Attachment, b: Attachment): boolean {
  return a.path === b.path && a.startLine === b.startLine && a.endLine === b.endLine;
}

/** A new conversation got its id: what was typed meanwhile goes along. */
function adopt(state: ComposerState, roomId: string): ComposerState {
  if (state.key !== '') return state;
  const typed = currentDraft(state);
  return { ...put(put(state, '', EMPTY_DRAFT), roomId, typed), key: roomId };
}

function put(state: ComposerState, key: string, value: Draft): ComposerState {
  const { [key]: _, ...others } = state.drafts;
  const empty = value.text === '' && value.attachments.length === 0 && !value.editing;
  if (empty) return { ...state, drafts: others };
  const kept = Object.entries(others).slice(-(MAX_DRAFTS - 1));
  return { ...state, drafts: { ...Object.fromEntries(kept), [key]: value } };
}
