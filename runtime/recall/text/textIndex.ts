import { Pace } from '../../kernel/pace.ts';
import type { BlobStore } from '../../types/recall.ts';
import { listBlobs, type Opened } from '../blobs.ts';
import { hashKey, toBytes } from '../keys.ts';
import { TextBuffer, type TextDocument } from './buffer.ts';
import { readManifest, writeManifest } from './manifest.ts';
import { mergeSegments, nextMerge } from './merge.ts';
import { searchText, type TextHit, type TextSearchOptions, totals } from './search.ts';
import { TextSegment } from './segment.ts';

/** The buffer becomes a segment at this size: a few milliseconds of work. */
const BUFFER_DOCUMENTS = 1000;
const BUFFER_POSTINGS = 2 ** 16;

export interface TextIndexOptions {
  store: BlobStore;
  /** Begins the names of this index's blobs, as in "text/". */
  prefix: string;
  /** What the tokens were made with. An index of another schema is dropped. */
  schema: string;
  signal?: AbortSignal;
}

/** Opens what is stored, or begins anew. Throws only what the store throws, and `cancelled`. */
export async function openTextIndex(options: TextIndexOptions): Promise<TextIndex> {
  const { store, prefix, schema, signal } = options;
  const names = await listBlobs(store, prefix);
  if (names.length === 0) return new TextIndex(options, { opened: 'new', segments: [], next: 1, names });
  const name = prefix + MANIFEST;
  const manifest = readManifest((await store.read([name])).get(name), schema);
  if (!manifest) return new TextIndex(options, { opened: 'rebuild', segments: [], next: 1, names });
  const segments: TextSegment[] = [];
  const pace = new Pace(signal);
  for (const { id, removed } of manifest.segments) {
    await pace.rest();
    const name = segmentName(prefix, id);
    const blob = (await store.read([name])).get(name);
    const segment = blob && TextSegment.read(id, blob);
    if (!segment) continue;
    for (const document of removed) segment.remove(document);
    segments.push(segment);
  }
  const opened = segments.length === manifest.segments.length ? 'whole' : 'rebuild';
  return new TextIndex(options, { opened, segments, next: manifest.next, names });
}

const MANIFEST = 'manifest';

function segmentName(prefix: string, id: number): string {
  return `${prefix}segment-${id}`;
}

/**
 * Finds texts by their words (BM25). What is added is found at once and is on disk after `flush`. On disk
 * are segments that never change, and a manifest that names them: a crash leaves the state of an earlier
 * flush, which the caller brings up to date by comparing `entries` with its own.
 */
export class TextIndex {
  readonly opened: Opened;
  readonly #options: TextIndexOptions;
  #buffer = new TextBuffer();
  #segments: TextSegment[];
  #next: number;
  /** Blobs that may be in the store: true where one is known to be whole. */
  readonly #stored: Map<string, boolean>;
  /** Counts changes of the segments; what the manifest in the store has seen. */
  #changes = 0;
  #savedChanges = 0;
  #last: Promise<void> = Promise.resolve();

  /** See `openTextIndex`. */
  constructor(
    options: TextIndexOptions,
    found: { opened: Opened; segments: TextSegment[]; next: number; names: readonly string[] },
  ) {
    this.#options = options;
    this.opened = found.opened;
    this.#segments = found.segments;
    this.#next = found.next;
    const whole = new Set(found.segments.map(({ id }) => segmentName(options.prefix, id)));
    this.#stored = new Map(found.names.map((name) => [name, whole.has(name)]));
    this.#stored.delete(options.prefix + MANIFEST);
    // What the manifest does not name is removed with the next flush.
    if (this.#stored.size > whole.size) this.#changes += 1;
  }

  /** How many documents there are. */
  get size(): number {
    return totals(this.#parts()).documents;
  }

  versionOf(key: string): string | undefined {
    const buffered = this.#buffer.versionByKey(key);
    if (buffered !== undefined) return buffered;
    const found = this.#find(key);
    return found?.segment.versionOf(found.document);
  }

  *entries(): Generator<[key: string, version: string]> {
    yield* this.#buffer.entries();
    for (const segment of this.#segments) {
      for (let document = 0; document < segment.documents; document++) {
        if (segment.dead[document] === 0) yield [segment.keyOf(document), segment.versionOf(document)];
      }
    }
  }

  /** Adds a document, in place of one of the same key. Keys and tokens are well-formed Unicode. */
  add(document: TextDocument): void {
    this.remove(document.key);
    this.#buffer.add(document);
    if (this.#buffer.documents >= BUFFER_DOCUMENTS || this.#buffer.postings >= BUFFER_POSTINGS) this.#seal();
  }

  /** Tells whether it was there. */
  remove(key: string): boolean {
    if (this.#buffer.remove(key)) return true;
    const found = this.#find(key);
    if (!found) return false;
    found.segment.remove(found.document);
    this.#changes += 1;
    return true;
  }

  /** Best first, equals by key. Words are those of `queryTokens`. */
  search(words: readonly string[], options: TextSearchOptions): TextHit[] {
    return searchText(this.#parts(), words, options);
  }

  /**
   * Writes what changed, then merges segments in small slices of time. Throws what the store throws: all
   * stays searchable then, and the next flush tries again.
   */
  flush(signal?: AbortSignal): Promise<void> {
    return this.#inTurn(async () => {
      this.#seal();
      await this.#save();
      await this.#merge(() => nextMerge(this.#segments), signal);
    });
  }

  /** As `flush`; afterwards no blob of this index has a word of a removed document. */
  purge(signal?: AbortSignal): Promise<void> {
    return this.#inTurn(async () => {
      this.#seal();
      // What was removed in the meantime is not waited for, so that it ends.
      const touched = this.#segments.filter(({ removed }) => removed > 0);
      await this.#merge(() => {
        const next = touched.pop();
        return next && [next];
      }, signal);
      await this.#save();
    });
  }

  /** One flush or purge at a time; one that failed does not hinder the next. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  #parts(): { buffer: TextBuffer; segments: readonly TextSegment[] } {
    return { buffer: this.#buffer, segments: this.#segments };
  }

  #find(key: string): { segment: TextSegment; document: number } | undefined {
    const bytes = toBytes(key);
    const hash = hashKey(bytes);
    for (const segment of this.#segments) {
      const document = segment.find(bytes, hash);
      if (document !== -1 && segment.dead[document] === 0) return { segment, document };
    }
    return undefined;
  }

  #seal(): void {
    const buffer = this.#buffer;
    if (buffer.documents === 0) return;
    this.#buffer = new TextBuffer();
    const segment = buffer.size > 0 ? TextSegment.read(this.#next++, buffer.toBlob()) : undefined;
    if (!segment) return;
    this.#segments.push(segment);
    this.#changes += 1;
  }

  async #merge(
    next: () => readonly TextSegment[] | undefined,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const pace = new Pace(signal);
    for (let chosen = next(); chosen; chosen = next()) {
      const sources = new Set(chosen);
      const merged = await mergeSegments(this.#next++, chosen, pace);
      this.#segments = this.#segments.filter((segment) => !sources.has(segment));
      if (merged) this.#segments.push(merged);
      this.#changes += 1;
      await this.#save();
    }
  }

  /**
   * Brings the store to the present state: new segments first, one a transaction, then the manifest along
   * with the removal of what it no longer names. Until then the store has what the last manifest names.
   */
  async #save(): Promise<void> {
    if (this.#changes === this.#savedChanges) return;
    const { store, prefix, schema } = this.#options;
    const changes = this.#changes;
    const segments = this.#segments.map((segment) => ({ name: segmentName(prefix, segment.id), segment }));
    const manifest = writeManifest(this.#segments, { schema, next: this.#next });
    for (const { name, segment } of segments) {
      if (this.#stored.get(name)) continue;
      // Where the store fails it may still have written: then the name is known, to be removed some day.
      this.#stored.set(name, false);
      await store.write(new Map([[name, segment.blob]]));
      this.#stored.set(name, true);
    }
    const wanted = new Set([...segments.map(({ name }) => name), prefix + MANIFEST]);
    const gone = [...this.#stored.keys()].filter((name) => !wanted.has(name));
    const last = new Map<string, Uint8Array | undefined>(gone.map((name) => [name, undefined]));
    await store.write(last.set(prefix + MANIFEST, manifest));
    for (const name of gone) this.#stored.delete(name);
    this.#savedChanges = changes;
  }
}
