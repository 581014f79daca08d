/** How deep values may be nested. */
const MAX_DEPTH = 16;
/** How many brackets are tried as its beginning. */
const MAX_TRIES = 32;

/**
 * The first object or list in what a small model wrote, repaired where it is nearly JSON: prose and fences
 * around it, trailing commas, single quotes, bare keys, words of other languages (`True`, `None`), an end that
 * was cut off. Undefined where there is none.
 */
export function parseLooseJson(text: string): unknown {
  let tries = 0;
  for (const { index } of text.matchAll(/[{[]/g)) {
    tries += 1;
    if (tries > MAX_TRIES) return undefined;
    const value = new LooseReader(text, index).read();
    if (value !== undefined) return value;
  }
  return undefined;
}

const WORDS: Record<string, unknown> = {
  true: true,
  false: false,
  null: null,
  True: true,
  False: false,
  None: null,
  undefined: null,
};

const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };
/** Which quote ends what each quote begins. */
const CLOSING: Record<string, string> = { '"': '"', "'": "'", '“': '”', '‘': '’' };

class NotJson extends Error {}

class LooseReader {
  readonly #text: string;
  #at: number;

  constructor(text: string, start: number) {
    this.#text = text;
    this.#at = start;
  }

  read(): unknown {
    try {
      return this.#value(0);
    } catch (error) {
      if (error instanceof NotJson) return undefined;
      throw error;
    }
  }

  #value(depth: number): unknown {
    this.#skip();
    const next = this.#text[this.#at] ?? '';
    if (depth > MAX_DEPTH) throw new NotJson();
    if (next === '{') return this.#object(depth + 1);
    if (next === '[') return this.#list(depth + 1);
    if (next in CLOSING) return this.#string();
    return this.#word();
  }

  #object(depth: number): Record<string, unknown> {
    this.#at += 1;
    const entries: [string, unknown][] = [];
    while (this.#more('}')) {
      const next = this.#text[this.#at] ?? '';
      const key = next in CLOSING ? this.#string() : this.#bareKey();
      this.#skip();
      if (this.#ended()) break;
      if (this.#text[this.#at] !== ':') throw new NotJson();
      this.#at += 1;
      this.#skip();
      if (this.#ended()) break;
      entries.push([key, this.#value(depth)]);
    }
    return Object.fromEntries(entries);
  }

  #list(depth: number): unknown[] {
    this.#at += 1;
    const items: unknown[] = [];
    while (this.#more(']')) items.push(this.#value(depth));
    return items;
  }

  /** Steps over commas; false at the end of the object or list, or of the text. */
  #more(end: string): boolean {
    this.#skip();
    while (this.#text[this.#at] === ',') {
      this.#at += 1;
      this.#skip();
    }
    if (this.#ended()) return false;
    if (this.#text[this.#at] !== end) return true;
    this.#at += 1;
    return false;
  }

  #string(): string {
    const end = CLOSING[this.#text[this.#at] ?? ''];
    this.#at += 1;
    let value = '';
    while (!this.#ended()) {
      const next = this.#text[this.#at] ?? '';
      this.#at += 1;
      if (next === end && (end === '"' || this.#closes())) return value;
      value += next === '\\' ? this.#escape() : next;
    }
    return value;
  }

  /** A single quote within a word is an apostrophe. */
  #closes(): boolean {
    return /^\s*(?:[,:}\]]|$)/.test(this.#text.slice(this.#at, this.#at + 50));
  }

  #escape(): string {
    const next = this.#text[this.#at] ?? '';
    this.#at += 1;
    if (next !== 'u') return ESCAPES[next] ?? next;
    const digits = this.#text.slice(this.#at, this.#at + 4);
    if (!/^[\da-f]{4}$/i.test(digits)) return next;
    this.#at += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #bareKey(): string {
    const [key] = /^[\p{L}_$][\p{L}\d_$-]*/u.exec(this.#rest()) ?? [];
    if (key === undefined) throw new NotJson();
    this.#at += key.length;
    return key;
  }

  /** A number, or one of the words that stand for a value. */
  #word(): unknown {
    const [word] = /^[-+.\w]+/.exec(this.#rest()) ?? [];
    if (word === undefined) throw new NotJson();
    this.#at += word.length;
    if (Object.hasOwn(WORDS, word)) return WORDS[word];
    const number = Number(word);
    if (!Number.isFinite(number)) throw new NotJson();
    return number;
  }

  /** As much as a key or a word may have. */
  #rest(): string {
    return this.#text.slice(this.#at, this.#at + 200);
  }

  #skip(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }

  #ended(): boolean {
    return this.#at >= this.#text.length;
  }
}
