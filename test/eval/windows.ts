import MiniSearch from 'minisearch';
import type { Place } from './sets.ts';

// What recall is held against: the library that projects without an index of their own take, with what it does
// by default.

const LINES = 40;

/** Answers of minisearch over texts. */
export function byMiniSearch(texts: readonly { id: string; text: string }[]): (question: string) => string[] {
  const index = new MiniSearch({ fields: ['text'] });
  index.addAll(texts);
  return (question) => index.search(question).map(({ id }) => String(id));
}

/** Answers of minisearch over windows of 40 lines. */
export function byWindows(files: ReadonlyMap<string, string>): (question: string) => Place[] {
  const places = new Map<string, Place>();
  const texts: { id: string; text: string }[] = [];
  for (const [path, text] of files) {
    const lines = text.split('\n');
    for (let at = 0; at < lines.length; at += LINES) {
      const id = `${path}:${at}`;
      places.set(id, { path, startLine: at + 1, endLine: Math.min(at + LINES, lines.length) });
      texts.push({ id, text: lines.slice(at, at + LINES).join('\n') });
    }
  }
  const search = byMiniSearch(texts);
  return (question) => search(question).flatMap((id) => places.get(id) ?? []);
}
