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
    case 'measured':
      return { ...state, drafts: measured(state.drafts, action) };
    case 'draftReturned':
      return put(state, action.key, returned(action.draft, state.drafts[action.key]));
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

/** The very piece, wherever it stands by now; one that was resolved anew since is another. */
function measured(
  drafts: ComposerState['drafts'],
  { attachment, tokens }: { attachment: Attachment; tokens: number },
): ComposerState['drafts'] {
  const weigh = (one: Attachment) => (one === attachment ? { ...one, tokens } : one);
  return Object.fromEntries(
    Object.entries(drafts).map(([key, one]) =>
      one.attachments.includes(attachment)
        ? [key, { ...one, attachments: one.attachments.map(weigh) }]
        : [key, one],
    ),
  );
}

/** The same file and lines, or the same of what is no file. */
export function samePiece(a: Attachment, b: Attachment): boolean {
  const kinds = a.kind === b.kind || (isPlace(a) && isPlace(b));
  const places = a.path === b.path && a.startLine === b.startLine && a.endLine === b.endLine;
  return kinds && places && a.memoryId === b.memoryId;
}

/** Whether it is a place of the workspace that can be opened. */
export function isPlace({ kind, path }: Attachment): boolean {
  return (kind === 'file' || kind === 'selection') && path !== 'git.diff';
}

/** What came back stands before what was typed since; what is being edited is not mixed with it. */
function returned(back: Draft, typed: Draft | undefined): Draft {
  if (!typed) return back;
  const { editing } = typed;
  if (editing) return { ...typed, editing: { ...editing, before: returned(back, editing.before) } };
  const others = back.attachments.filter((one) => !typed.attachments.some((other) => samePiece(one, other)));
  return {
    text: [back.text, typed.text].filter((text) => text !== '').join('\n\n'),
    attachments: [...others, ...typed.attachments].slice(-MAX_ATTACHMENTS),
  };
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
