import { hash } from 'node:crypto';

/** What tells a text from every other: the first 128 bits of its SHA-256, in hex. */
export function contentHash(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 32);
}
