import * as z from 'zod';

/** A UUID in lower case. Ids made here are UUIDv7, so they sort by the time of their making. */
export const Uuid = z.uuid();
export type Uuid = z.infer<typeof Uuid>;

/** Milliseconds since 1970-01-01T00:00:00Z. */
export const Timestamp = z.int().min(0);
export type Timestamp = z.infer<typeof Timestamp>;

export const JsonValue = z.json();
export type JsonValue = z.infer<typeof JsonValue>;

/** What a plugin or a platform wants kept beside a thing, under names of its own. */
export const Metadata = z.record(z.string(), JsonValue);
export type Metadata = z.infer<typeof Metadata>;

/** Words by which things are found again, case and all. */
export const Tags = z.array(z.string().min(1).max(100)).max(50);
export type Tags = z.infer<typeof Tags>;

/** The longest text accepted from a person or a program, in UTF-16 code units. */
export const MAX_TEXT = 200_000;

const CONTROL = /[^\P{Cc}\n\t\r\u0080-\u009f]/u;

/** Text as it was given: never rewritten; control characters other than \n, \t and \r are refused. */
export const Text = z
  .string()
  .max(MAX_TEXT)
  .refine((text) => !CONTROL.test(text), { error: 'contains control characters' });
