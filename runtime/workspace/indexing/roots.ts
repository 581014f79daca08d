import path from 'node:path';

/** More paths than these at once are a change of branch: then the whole folder is looked at. */
const MAX_PATHS = 200;
/** A process serves the folders of a workspace or two; those that were asked for first go. */
const MAX_ROOTS = 100;

/** What is to be done for one folder. */
export interface RootWork {
  root: string;
  exclude: readonly string[];
  /** Relative paths that were told of; undefined for all. */
  within?: readonly string[];
}

interface Root {
  exclude: readonly string[];
  paths: Set<string>;
  whole: boolean;
  lookedAt: number;
}

export interface RootRequest {
  root: string;
  exclude: readonly string[];
  /** Absolute, or relative to the root; those outside are passed over. Absent for all. */
  paths?: readonly string[];
}

/** The folders in use, and what of them is to be looked at. */
export class Roots {
  readonly #roots = new Map<string, Root>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** What a folder leaves out, as it was last told. */
  excludeOf(root: string): readonly string[] {
    return this.#roots.get(root)?.exclude ?? [];
  }

  /** Whether something of a folder, or of any, is to be looked at. */
  waits(root?: string): boolean {
    const asked = root === undefined ? [...this.#roots.values()] : [this.#roots.get(root)];
    return asked.some((it) => it !== undefined && (it.whole || it.paths.size > 0));
  }

  ask({ root, exclude, paths }: RootRequest): void {
    const known = this.#roots.get(root);
    const it: Root = known ?? { exclude, paths: new Set(), whole: false, lookedAt: Number.NEGATIVE_INFINITY };
    this.#roots.set(root, it);
    const [oldest] = this.#roots.keys();
    if (this.#roots.size > MAX_ROOTS && oldest !== undefined) this.#roots.delete(oldest);
    if (known && known.exclude.join('\0') !== exclude.join('\0')) it.whole = true;
    it.exclude = exclude;
    if (!paths) it.whole = true;
    for (const given of paths ?? []) {
      const relative = path.relative(root, path.resolve(root, given)).split(path.sep).join('/');
      if (relative === '' || isRule(relative)) it.whole = true;
      else if (relative.startsWith('.git/')) continue;
      else if (!relative.startsWith('../') && !path.isAbsolute(relative)) it.paths.add(relative);
    }
    if (it.paths.size > MAX_PATHS) it.whole = true;
  }

  /** As `ask` for all of it, where the last look was longer ago. */
  askIfOlder(root: string, exclude: readonly string[], ms: number): void {
    const it = this.#roots.get(root);
    if (!it || this.#now() - it.lookedAt > ms) this.ask({ root, exclude });
  }

  /** All folders that are in use. */
  askAll(): void {
    for (const it of this.#roots.values()) it.whole = true;
  }

  /** Single paths of one folder: they were just saved. */
  takePaths(): RootWork | undefined {
    for (const [root, it] of this.#roots) {
      if (it.whole || it.paths.size === 0) continue;
      const within = [...it.paths];
      it.paths.clear();
      return { root, exclude: it.exclude, within };
    }
    return undefined;
  }

  /** The next folder to be looked at as a whole. What is told of from now on counts anew. */
  takeWhole(): RootWork | undefined {
    for (const [root, it] of this.#roots) {
      if (!it.whole) continue;
      it.whole = false;
      it.paths.clear();
      it.lookedAt = this.#now();
      return { root, exclude: it.exclude };
    }
    return undefined;
  }
}

/** A file that says what is left out: it may change what of the whole folder counts. */
function isRule(relative: string): boolean {
  return /(?:^|\/)(?:\.gitignore|\.zoeyignore|\.git\/info\/exclude)$/.test(relative);
}
