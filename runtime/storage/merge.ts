import type { JsonValue, Metadata } from '../types/primitives.ts';

/**
 * `patch` laid over `base`: objects are merged at every depth, null removes a key, anything else replaces
 * what was there. Neither is changed.
 */
export function merge(base: Metadata, patch: Metadata): Metadata {
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, isObject(value) ? merge(asObject(merged.get(key)), value) : value);
  }
  return Object.fromEntries(merged);
}

function asObject(value: JsonValue | undefined): Metadata {
  return value !== undefined && isObject(value) ? value : {};
}

function isObject(value: JsonValue): value is Metadata {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
