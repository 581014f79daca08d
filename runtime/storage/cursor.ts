import { ZoeyError } from '../kernel/errors.ts';
import type { Page, PageQuery } from '../types/page.ts';
import { whole } from './check.ts';
import type { IdPage, TimePage, TimePosition } from './queries/page.ts';
import type { RoomPosition } from './queries/rooms.ts';

const ROOM = /^([01])\.(\d{1,16})\.([0-9a-f-]{36})$/;
const TIME = /^(\d{1,16})\.([0-9a-f-]{36})$/;
const ID = /^[0-9a-f-]{36}$/;

/** Where the next page of rooms starts, as text for a client to give back. */
export function roomCursor({ pinned, updatedAt, id }: RoomPosition): string {
  return `${pinned}.${updatedAt}.${id}`;
}

/** @throws ZoeyError `invalid_input` where the text is none of ours. */
export function parseRoomCursor(cursor: string | undefined): RoomPosition | undefined {
  if (cursor === undefined) return undefined;
  const [, pinned, updatedAt, id] = ROOM.exec(cursor) ?? [];
  if (id === undefined) throw unknownCursor();
  return { pinned: Number(pinned), updatedAt: Number(updatedAt), id };
}

/**
 * The part of a list by id that is asked for, with one row more, which tells whether there is a next page.
 * @throws ZoeyError `invalid_input` where the cursor is none of ours.
 */
export function idPage({ cursor, limit }: PageQuery): IdPage {
  if (cursor !== undefined && !ID.test(cursor)) throw unknownCursor();
  return { after: cursor, limit: whole('limit', limit) + 1 };
}

/** The page made of the rows that were found for `idPage`. */
export function pageById<Row, T>(
  rows: readonly Row[],
  { limit, toItem, idOf }: { limit: number; toItem: (row: Row) => T; idOf: (row: Row) => string },
): Page<T> {
  const items = rows.slice(0, limit).map(toItem);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return last === undefined ? { items } : { items, next: idOf(last) };
}

/** As `idPage`, for a list by time. */
export function timePage({ cursor, limit }: PageQuery): TimePage {
  return {
    after: cursor === undefined ? undefined : parseTimeCursor(cursor),
    limit: whole('limit', limit) + 1,
  };
}

/** The page made of the rows that were found for `timePage`. */
export function pageByTime<Row extends { created_at: number; id: string }, T>(
  rows: readonly Row[],
  { limit, toItem }: { limit: number; toItem: (row: Row) => T },
): Page<T> {
  const items = rows.slice(0, limit).map(toItem);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return last === undefined ? { items } : { items, next: `${last.created_at}.${last.id}` };
}

function parseTimeCursor(cursor: string): TimePosition {
  const [, createdAt, id] = TIME.exec(cursor) ?? [];
  if (id === undefined) throw unknownCursor();
  return { createdAt: Number(createdAt), id };
}

function unknownCursor(): ZoeyError {
  return new ZoeyError('invalid_input', 'The list cannot go on from there.', {
    hint: 'List from the start again.',
  });
}
