import type { Uuid } from '../../runtime/types/primitives.ts';
import type { Draft, Outgoing, State } from './types.ts';

/** Characters that the kept state may have; beyond it the drafts of other conversations are left out. */
const MAX_CHARACTERS = 1_000_000;

/** Where the reader was: this message's top stood `offset` px below the list's top. Absent at the end. */
export interface Anchor {
  id: Uuid;
  offset: number;
}

/** What survives a reload of the panel. */
export interface Saved {
  version: 1;
  roomId?: Uuid;
  drafts: Record<string, Draft>;
  outgoing?: Outgoing;
  anchor?: Anchor;
}

/** What to keep of a state. */
export function toSaved(state: State, anchor: Anchor | undefined): Saved {
  const { chat, composer } = state;
  const saved: Saved = {
    version: 1,
    drafts: composer.drafts,
    ...(chat.roomId !== undefined && { roomId: chat.roomId }),
    ...(chat.outgoing && { outgoing: chat.outgoing.input }),
    ...(anchor && { anchor }),
  };
  if (JSON.stringify(saved.drafts).length <= MAX_CHARACTERS) return saved;
  const current = composer.drafts[composer.key];
  return { ...saved, drafts: current ? { [composer.key]: current } : {} };
}

/** Reads what an earlier panel kept; anything that is not ours counts as nothing. */
export function fromSaved(value: unknown): Saved {
  if (!isRecord(value) || value.version !== 1 || !isRecord(value.drafts)) return { version: 1, drafts: {} };
  const drafts = Object.fromEntries(
    Object.entries(value.drafts).filter((entry): entry is [string, Draft] => isDraft(entry[1])),
  );
  return {
    version: 1,
    drafts,
    ...(typeof value.roomId === 'string' && { roomId: value.roomId }),
    ...(isOutgoing(value.outgoing) && { outgoing: value.outgoing }),
    ...(isAnchor(value.anchor) && { anchor: value.anchor }),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isDraft(value: unknown): value is Draft {
  if (!isRecord(value) || typeof value.text !== 'string' || !Array.isArray(value.attachments)) return false;
  const { editing } = value;
  if (editing === undefined) return true;
  return isRecord(editing) && typeof editing.id === 'string' && isDraft(editing.before);
}

function isOutgoing(value: unknown): value is Outgoing {
  return (
    isRecord(value) &&
    typeof value.id === 'string' &&
    typeof value.text === 'string' &&
    Array.isArray(value.attachments)
  );
}

function isAnchor(value: unknown): value is Anchor {
  return isRecord(value) && typeof value.id === 'string' && typeof value.offset === 'number';
}
