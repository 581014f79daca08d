import { toBytes } from '../keys.ts';
import { type Postings, SegmentWriter } from './segment.ts';

/** A text to be found by its words. */
export interface TextDocument {
  /** Unique in its index; also decides between equals. */
  key: string;
  /** Changes with the content (a hash of it, say): what a sync compares. */
  version: string;
  /** From `tokenize`. What is to weigh more, such as a symbol's name, is given more than once. */
  tokens: readonly string[];
}

/** The newest documents, in memory, until they become a segment. */
export class TextBuffer {
  readonly lengths: number[] = [];
  readonly dead: number[] = [];
  readonly #labels: { key: string; version: string }[] = [];
  readonly #byKey = new Map<string, number>();
  readonly #terms = new Map<string, { documents: number[]; counts: number[] }>();
  #tokens = 0;
  #postings = 0;

  /** Removed ones are counted too. */
  get documents(): number {
    return this.#labels.length;
  }

  get size(): number {
    return this.#byKey.size;
  }

  get tokens(): number {
    return this.#tokens;
  }

  get postings(): number {
    return this.#postings;
  }

  add({ key, version, tokens }: TextDocument): void {
    this.remove(key);
    const document = this.#labels.push({ key, version }) - 1;
    this.lengths.push(tokens.length);
    this.dead.push(0);
    this.#byKey.set(key, document);
    this.#tokens += tokens.length;
    const counts = new Map<string, number>();
    for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
    this.#postings += counts.size;
    for (const [word, count] of counts) {
      const postings = this.#terms.get(word);
      if (postings) {
        postings.documents.push(document);
        postings.counts.push(count);
      } else this.#terms.set(word, { documents: [document], counts: [count] });
    }
  }

  remove(key: string): boolean {
    const document = this.#byKey.get(key);
    if (document === undefined) return false;
    this.#byKey.delete(key);
    this.dead[document] = 1;
    this.#tokens -= this.lengths[document] ?? 0;
    return true;
  }

  versionByKey(key: string): string | undefined {
    const document = this.#byKey.get(key);
    return document === undefined ? undefined : this.#labels[document]?.version;
  }

  *entries(): Generator<[key: string, version: string]> {
    for (const [key, document] of this.#byKey) yield [key, this.#labels[document]?.version ?? ''];
  }

  keyOf(document: number): string {
    return this.#labels[document]?.key ?? '';
  }

  words(): IterableIterator<string> {
    return this.#terms.keys();
  }

  postingsOf(word: string): Postings | undefined {
    const postings = this.#terms.get(word);
    return postings && { ...postings, from: 0, to: postings.documents.length };
  }

  /** The blob of a segment with all that was not removed. */
  toBlob(): Uint8Array {
    const labels = this.#labels.map(({ key, version }) => ({ key: toBytes(key), version: toBytes(version) }));
    const terms = sortedByBytes(this.#terms.keys());
    const writer = new SegmentWriter({
      documents: labels.length,
      terms: terms.length,
      postings: this.#postings,
      labelBytes: labels.reduce((sum, { key, version }) => sum + key.length + version.length, 0),
      termBytes: terms.reduce((sum, { bytes }) => sum + bytes.length, 0),
    });
    const numbers = labels.map((label, document) =>
      this.dead[document] === 0 ? writer.addDocument(label, this.lengths[document] ?? 0) : undefined,
    );
    for (const { word, bytes } of terms) {
      const postings = this.#terms.get(word);
      postings?.documents.forEach((document, at) => {
        const number = numbers[document];
        if (number !== undefined) writer.addPosting(number, postings.counts[at] ?? 0);
      });
      writer.endTerm(bytes);
    }
    return writer.finish();
  }
}

/** In the order of their bytes in UTF-8, which is that of their characters unless some need two units. */
function sortedByBytes(words: Iterable<string>): { word: string; bytes: Uint8Array }[] {
  const sorted = [...words].sort().map((word) => ({ word, bytes: toBytes(word) }));
  const plain = sorted.every(({ word }) => !/[\ud800-\udfff]/.test(word));
  return plain ? sorted : sorted.sort((a, b) => Buffer.compare(a.bytes, b.bytes));
}
