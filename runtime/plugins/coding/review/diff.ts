/** A line of a change, with its number in the new text; what went has none. */
export interface DiffLine {
  kind: 'same' | 'added' | 'removed';
  text: string;
  line?: number;
}

export interface DiffFile {
  /** As it is called after the change. */
  path: string;
  /** Its hunks' lines, one after the other; empty for a binary file, a rename alone, a change of mode. */
  hunks: DiffLine[][];
  deleted: boolean;
}

/** Reads a diff as git writes it. What it does not know it steps over. */
export function parseDiff(diff: string): DiffFile[] {
  const reader = new DiffReader();
  for (const line of diff.split('\n')) reader.take(line.replace(/\r$/, ''));
  return reader.files.filter(({ path }) => path !== '');
}

class DiffReader {
  readonly files: DiffFile[] = [];
  #hunk: DiffLine[] = [];
  /** The number of the next line of the new text. */
  #next = 0;
  /** Lines of the hunk that are still to come, of the old text and the new. */
  #old = 0;
  #new = 0;

  take(line: string): void {
    if (this.#old > 0 || this.#new > 0) this.#body(line);
    else if (!this.#head(line)) this.#title(line);
  }

  #body(line: string): void {
    const mark = line[0] ?? ' ';
    const text = line.slice(1);
    if (mark === '+') this.#hunk.push({ kind: 'added', text, line: this.#next++ });
    else if (mark === '-') this.#hunk.push({ kind: 'removed', text });
    else if (mark === ' ') this.#hunk.push({ kind: 'same', text, line: this.#next++ });
    if (mark === '-' || mark === ' ') this.#old--;
    if (mark === '+' || mark === ' ') this.#new--;
  }

  #head(line: string): boolean {
    const head = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
    const file = this.files.at(-1);
    if (!head || !file) return false;
    this.#hunk = [];
    file.hunks.push(this.#hunk);
    this.#next = Number(head[2]);
    this.#old = Number(head[1] ?? 1);
    this.#new = Number(head[3] ?? 1);
    return true;
  }

  #title(line: string): void {
    const file = this.files.at(-1);
    const named = pathOf(line, file);
    if (named?.fresh) this.files.push({ path: named.path, hunks: [], deleted: false });
    else if (named && file && named.path === '/dev/null') file.deleted = true;
    else if (named && file) file.path = named.path;
  }
}

/** The path that a head line names: of a file that begins here, or of the one at hand. */
function pathOf(line: string, file: DiffFile | undefined): { path: string; fresh: boolean } | undefined {
  const git = /^diff --git (?:"?a\/.*"?) "?b\/(.*?)"?$/.exec(line);
  if (git) return { path: git[1] ?? '', fresh: true };
  const old = /^--- "?(?:a\/)?(.*?)"?(?:\t.*)?$/.exec(line);
  // A plain diff has no other head than these two lines.
  if (old) return file && file.hunks.length === 0 ? undefined : { path: old[1] ?? '', fresh: true };
  const renewed = /^\+\+\+ "?(?:b\/)?(.*?)"?(?:\t.*)?$/.exec(line);
  return renewed ? { path: renewed[1] ?? '', fresh: false } : undefined;
}

/** A hunk with the numbers of its lines in front, as a reviewer is shown it. */
export function numbered(hunk: readonly DiffLine[]): string {
  return hunk
    .map(({ kind, text, line }) => {
      const mark = kind === 'added' ? '+' : kind === 'removed' ? '-' : ' ';
      return `${String(line ?? '').padStart(5)} ${mark}${text}`;
    })
    .join('\n');
}
