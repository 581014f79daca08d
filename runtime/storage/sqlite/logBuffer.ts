/** The header of a log; it goes to the file by itself. */
const LOG_HEADER_BYTES = 32;
/** Before each page in a log stands a header. Where a transaction ends, bytes 4 to 8 of it are not 0. */
const FRAME_HEADER_BYTES = 24;
const PAGES_AT = 4;
const MAX_BYTES = 131_072;

/**
 * Joins what SQLite appends to its log, a header and a page at a time, into few writes. All of a transaction is
 * written when its last page comes, so that a full disk refuses that page, not the sync after it.
 */
export class LogBuffer {
  readonly #write: (bytes: Uint8Array, position: number) => void;
  #bytes: Buffer | undefined;
  #start = 0;
  #length = 0;
  #endsTransaction = false;

  /** @param write Writes all of some bytes to the file. */
  constructor(write: (bytes: Uint8Array, position: number) => void) {
    this.#write = write;
  }

  /** Takes all of `from`, to be at `position` of the file once it is flushed. */
  write(from: Uint8Array, position: number): void {
    const follows = position === this.#start + this.#length;
    if (!follows || this.#length + from.length > MAX_BYTES) this.flush();
    if (position < LOG_HEADER_BYTES || from.length > MAX_BYTES) {
      this.#write(from, position);
      return;
    }
    if (this.#length === 0) this.#start = position;
    this.#bytes ??= Buffer.allocUnsafeSlow(MAX_BYTES);
    this.#bytes.set(from, this.#length);
    this.#length += from.length;
    if (from.length === FRAME_HEADER_BYTES) this.#endsTransaction = !isZero(from, PAGES_AT, PAGES_AT + 4);
    else if (this.#endsTransaction) this.flush();
  }

  /** Writes what is still held. What cannot be written is dropped: SQLite takes its transaction back. */
  flush(): void {
    const length = this.#length;
    this.#length = 0;
    this.#endsTransaction = false;
    if (this.#bytes === undefined || length === 0) return;
    this.#write(this.#bytes.subarray(0, length), this.#start);
  }
}

function isZero(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] !== 0) return false;
  return true;
}
