import type { Reference } from '../../runtime/types/memory.ts';
import { type RenderEnv, renderBlock, splitBlocks } from './parser.ts';
import { mended, settled } from './settle.ts';

/** A block of an answer as HTML. The same object is given again while nothing in it changed. */
export interface RenderedBlock {
  readonly source: string;
  readonly html: string;
  /** It is the last of a text that more may follow. */
  readonly growing: boolean;
}

/** The last blocks may still change with the next line: a mark alone can turn a paragraph into a heading. */
const UNSETTLED = 2;

/** Renders an answer while it grows: finished blocks are never touched again. */
export class IncrementalMarkdown {
  private finished: RenderedBlock[] = [];
  private before = '';
  private offset = 0;
  private tail: RenderedBlock[] = [];
  private readonly env: RenderEnv;
  private readonly colours = new Map<string, string>();

  constructor(references: readonly Reference[]) {
    this.env = { references };
  }

  /**
   * The blocks of a text that more may follow; it usually begins with the text of the call before.
   * @param hold keeps back a half word, and a line whose meaning is not certain yet
   */
  grow(raw: string, hold: boolean): RenderedBlock[] {
    const whole = normalised(raw);
    if (!whole.startsWith(this.before)) this.restart();
    this.before = whole;
    const text = whole.slice(this.offset);
    const shown = hold ? settled(text) : text;
    const sources = splitBlocks(shown);
    this.tail = sources.map((source, index) => this.block(source, index === sources.length - 1));
    for (const done of this.tail.splice(0, Math.max(0, this.tail.length - UNSETTLED))) {
      this.finished.push(done);
      this.offset += done.source.length;
    }
    return [...this.finished, ...this.tail];
  }

  /** A watcher may be told less than it knew: what was not stored is gone. */
  private restart(): void {
    this.finished = [];
    this.tail = [];
    this.offset = 0;
  }

  private block(source: string, growing: boolean): RenderedBlock {
    const shown = growing ? mended(source) : source;
    const known = this.tail.find((block) => block.source === shown && block.growing === growing);
    if (known) return known;
    const env = growing ? { ...this.env, growing: this.colours } : this.env;
    const html = renderBlock(shown, env);
    if (env.firstHeading !== undefined) this.env.firstHeading = env.firstHeading;
    return { source: shown, html, growing };
  }
}

/** The blocks of a finished text. */
export function renderAll(raw: string, references: readonly Reference[]): RenderedBlock[] {
  const env: RenderEnv = { references };
  return splitBlocks(normalised(raw)).map((source) => ({
    source,
    html: renderBlock(source, env),
    growing: false,
  }));
}

/** As the parser reads it; a carriage return at the very end may still become part of a line end. */
function normalised(text: string): string {
  return text.replace(/\r$/, '').replace(/\r\n?/g, '\n');
}
