import { redact } from '../guard/secrets.ts';

/** The same value, with the secrets taken out of its texts. */
export function redactJson<T>(value: T): T {
  // What came over a wire is JSON, and stays of its type when its texts change.
  return JSON.parse(JSON.stringify(value), (_key, part: unknown) =>
    typeof part === 'string' ? redact(part).text : part,
  ) as T;
}
