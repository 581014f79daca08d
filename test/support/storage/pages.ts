import { ZoeyError } from '../../../runtime/kernel/errors.ts';
import type { Page } from '../../../runtime/types/database.ts';

/** Matches our errors of one code. */
export const isCode = (code: string) => (error: unknown) => ZoeyError.is(error) && error.code === code;

/** Follows the cursors to the end. */
export async function all<T>(page: (cursor: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const next = await page(cursor);
    items.push(...next.items);
    cursor = next.next;
  } while (cursor !== undefined);
  return items;
}
