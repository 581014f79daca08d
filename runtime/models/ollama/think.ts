/** A piece of a model's text, told apart. */
export interface Piece {
  type: 'thinking' | 'text';
  delta: string;
}

const OPEN = '<think>';
const CLOSE = '</think>';

/**
 * Tells reasoning from the answer where a model writes `<think>…</think>` into its text. Only a tag at the
 * very start counts (white space aside), so that code that holds one later on is left as it is. Nothing is
 * held back but what may still become a tag, and the white space around the tags, which belongs to neither.
 * Without a closing tag, all is reasoning.
 */
export class ThinkSplitter {
  /** Where the text stands: before a tag, within the reasoning, after it, or in plain text to the end. */
  private state: 'start' | 'inside' | 'after' | 'text' = 'start';
  private held = '';

  push(text: string): Piece[] {
    const pieces: Piece[] = [];
    this.held += text;
    if (this.state === 'start') this.start();
    if (this.state === 'inside') this.inside(pieces);
    if (this.state === 'after') {
      this.held = this.held.trimStart();
      if (this.held !== '') this.state = 'text';
    }
    if (this.state === 'text') this.take(pieces, 'text', this.held.length);
    return pieces;
  }

  /** What is still held back, at the end of the text. */
  end(): Piece[] {
    const pieces: Piece[] = [];
    if (this.state === 'start' || this.state === 'inside') {
      this.take(pieces, this.state === 'start' ? 'text' : 'thinking', this.held.length);
    }
    return pieces;
  }

  private start(): void {
    const lead = this.held.trimStart();
    if (lead.startsWith(OPEN)) {
      this.held = lead.slice(OPEN.length);
      this.state = 'inside';
    } else if (!OPEN.startsWith(lead)) {
      this.state = 'text';
    }
  }

  private inside(pieces: Piece[]): void {
    const close = this.held.indexOf(CLOSE);
    if (close === -1) {
      this.take(pieces, 'thinking', this.held.length - tagStart(this.held));
      return;
    }
    this.take(pieces, 'thinking', close);
    this.held = this.held.slice(CLOSE.length);
    this.state = 'after';
  }

  private take(pieces: Piece[], type: Piece['type'], length: number): void {
    if (length > 0) pieces.push({ type, delta: this.held.slice(0, length) });
    this.held = this.held.slice(length);
  }
}

/** How many characters at the end of the text may be the start of the closing tag. */
function tagStart(text: string): number {
  for (let length = Math.min(CLOSE.length - 1, text.length); length > 0; length--) {
    if (CLOSE.startsWith(text.slice(-length))) return length;
  }
  return 0;
}
