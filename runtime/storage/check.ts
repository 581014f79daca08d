import type { z } from 'zod';
import { ZoeyError } from '../kernel/errors.ts';

/** No list of ids is longer than this in one query; longer ones are asked for in parts. */
const IDS_A_QUERY = 500;

/**
 * What a plugin gives to be stored, by its schema.
 * @throws ZoeyError `invalid_input`.
 */
export function checked<S extends z.ZodType>(schema: S, value: z.output<S>): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue?.path.join('.') || 'value';
  throw new ZoeyError('invalid_input', `This cannot be stored: ${where}: ${issue?.message}.`, {
    cause: parsed.error,
  });
}

/** The ids in parts that a query can take, each once. */
export function* chunks(ids: readonly string[]): Generator<string[]> {
  const unique = [...new Set(ids)];
  for (let at = 0; at < unique.length; at += IDS_A_QUERY) yield unique.slice(at, at + IDS_A_QUERY);
}

/** The items in the order of `ids`, without those that are not there. */
export function inOrder<T extends { id: string }>(ids: readonly string[], items: readonly T[]): T[] {
  const byId = new Map(items.map((item) => [item.id, item]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** @throws ZoeyError `invalid_input` unless it is a whole number from 0 on. */
export function whole(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 0) return value;
  throw new ZoeyError('invalid_input', `${name} must be a whole number from 0 on.`);
}
