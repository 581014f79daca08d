import { applyHunks, contentHash, type FileEdit, type Hunk, sourceLines } from '../../runtime/types/edit.ts';

/** The texts of a review: the document as it is, and what it would become. */
type Side = 'document' | 'proposed';

/** A set of accepted hunks, and the hash of the document with them. */
interface State {
  accepted: ReadonlySet<string>;
  hash: string;
}

/**
 * How far the review of one edit came: what is accepted, rejected, still open. Pure: it knows texts, no editor.
 * What was accepted stands in the document, and the document alone says so: after an undo the hunk is open again.
 */
export class Proposal {
  readonly base: string;
  readonly edit: FileEdit;
  private readonly rejected = new Set<string>();
  /** States that the document went through, the present one last. */
  private states: readonly State[];

  /** `base` is the text that the edit was made for; undefined where it is not. */
  static of(base: string, edit: FileEdit): Proposal | undefined {
    return applyHunks(base, edit) === undefined ? undefined : new Proposal(base, edit);
  }

  private constructor(base: string, edit: FileEdit) {
    this.base = base;
    this.edit = edit;
    this.states = [{ accepted: new Set(), hash: edit.baseHash }];
  }

  get accepted(): ReadonlySet<string> {
    return this.states.at(-1)?.accepted ?? new Set();
  }

  /** Neither accepted nor rejected, in the order of their lines. */
  get open(): Hunk[] {
    return this.edit.hunks.filter((hunk) => this.isOpen(hunk));
  }

  /** The text with all that is not rejected: what the person is shown. */
  get proposed(): string {
    return this.textWith(this.edit.hunks.map(({ id }) => id).filter((id) => !this.rejected.has(id)));
  }

  /** Where the document stands, by its text; false where it is at no state of this review: it changed meanwhile. */
  find(text: string): boolean {
    const hash = contentHash(text);
    const found = this.states.findLast((state) => state.hash === hash);
    if (found) this.enter(found);
    return found !== undefined;
  }

  accept(ids: readonly string[]): void {
    for (const id of ids) this.rejected.delete(id);
    const accepted = new Set([...this.accepted, ...ids]);
    this.enter({ accepted, hash: contentHash(this.textWith(accepted)) });
  }

  reject(ids: readonly string[]): void {
    for (const id of ids) if (!this.accepted.has(id)) this.rejected.add(id);
  }

  /**
   * What accepting hunks replaces in the document as it is now: lines from 0, `end` not included. Last first, so
   * that none moves another.
   */
  replacements(ids: readonly string[]): { start: number; end: number; text: string }[] {
    return this.placed('document')
      .filter(({ hunk: { id } }) => ids.includes(id) && !this.accepted.has(id))
      .map(({ hunk, start, count }) => ({ start, end: start + count, text: hunk.newText }))
      .reverse();
  }

  /** The open hunk at a line (from 0), else the next one after it, else the last. */
  hunkAt(line: number, side: Side): Hunk | undefined {
    const at = this.placed(side).find(
      ({ hunk, start, count }) => this.isOpen(hunk) && line < start + Math.max(count, 1),
    );
    return at?.hunk ?? this.open.at(-1);
  }

  /** The line (from 0) of the proposed text that a hunk begins at. */
  lineOf(hunk: Hunk): number | undefined {
    return this.placed('proposed').find((one) => one.hunk === hunk)?.start;
  }

  private isOpen({ id }: Hunk): boolean {
    return !this.accepted.has(id) && !this.rejected.has(id);
  }

  /** Where each hunk is: the line (from 0) that it begins at, and how many lines it has there. */
  private placed(side: Side): { hunk: Hunk; start: number; count: number }[] {
    let shift = 0;
    return this.edit.hunks.map((hunk) => {
      const { id, startLine, endLine, newText } = hunk;
      const before = endLine - startLine + 1;
      const stands = side === 'document' ? this.accepted.has(id) : !this.rejected.has(id);
      const count = stands ? sourceLines(newText).length : before;
      const start = startLine - 1 + shift;
      shift += count - before;
      return { hunk, start, count };
    });
  }

  private enter(state: State): void {
    this.states = [...this.states.filter(({ hash }) => hash !== state.hash), state].slice(-MAX_STATES);
  }

  private textWith(ids: Iterable<string>): string {
    return applyHunks(this.base, this.edit, ids) ?? this.base;
  }
}

/** Undoing further back than this ends the review. */
const MAX_STATES = 200;
