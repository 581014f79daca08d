import { LRUCache } from 'lru-cache';
import { redact } from '../guard/secrets.ts';
import { Pace, type Stopwatch, systemStopwatch } from '../kernel/pace.ts';
import type { Weights } from '../recall/text/bm25.ts';
import { queryTokens } from '../recall/text/tokens.ts';
import { type FileSystem, nodeFileSystem, readText } from './fileSystem.ts';
import { type ScoredWindow, scoreFile } from './scoring.ts';
import { sketchBytes } from './sketch.ts';
import { isDense, type SketchCache, survey } from './survey.ts';
import { MAX_FILES, type WalkedFile, walk } from './walk.ts';
import { splitLines } from './windows.ts';

/** A piece of a file that answers to a question. Secrets in its text are redacted. */
interface Passage {
  /** Relative to the workspace folder, with forward slashes. */
  path: string;
  /** Lines count from 1; both ends belong to the passage. */
  startLine: number;
  endLine: number;
  /** The lines as they stand in the file, joined by \n, at most 4000 characters. */
  text: string;
  /** The share of the question's words that it has, or how near it is in meaning, or both added. */
  score: number;
  /** What the passage defines, where it defines something. */
  symbol?: string;
}

export interface PassageSearch {
  signal: AbortSignal;
  limit: number;
  /** Globs as in the editor's settings. */
  exclude?: readonly string[];
  /** The further folders of the workspace: searched where there is an index. */
  folders?: readonly { path: string; name: string }[];
  /** Paths, relative to the folder, that probably matter more: the open files. */
  boost?: readonly string[];
  /** When to answer with what was found by then, in ms from the call. 4 s unless told. */
  deadlineMs?: number;
  /** How many files have been looked at so far. */
  onProgress?(files: number): void;
}

interface FoundPassages {
  /** Best first. */
  items: Passage[];
  /** Files looked at. */
  files: number;
  /** False where time or the limit of files ended the search early; what was learned shortens the next one. */
  complete: boolean;
}

export interface PassagesOptions {
  clock?: Stopwatch;
  fs?: FileSystem;
  /** Memory for what is kept of files between questions, in bytes. 64 MB unless told. */
  cacheBytes?: number;
}

export interface Passages {
  search(root: string, query: string, options: PassageSearch): Promise<FoundPassages>;
}

const CACHE_BYTES = 64 * 1024 * 1024;
const DEADLINE_MS = 4000;
/** What of the time is for finding out which files to read; the rest is for reading them. */
const SURVEY_SHARE = 0.7;
const READ_SHARE = 0.95;
/** Distinct words of a question that are looked for: someone may paste a whole log. */
const MAX_WORDS = 100;
/** Files read in full for one question. */
const MAX_CANDIDATES = 150;
const BOOST = 1.25;
const MAX_PASSAGE = 4000;

interface Candidate {
  file: WalkedFile;
  windows: ScoredWindow[];
}

/** Search by words in the files of a folder. One for the whole process: it keeps sketches between questions. */
export function createPassages(options: PassagesOptions = {}): Passages {
  const { clock = systemStopwatch, fs = nodeFileSystem, cacheBytes = CACHE_BYTES } = options;
  const cache: SketchCache = new LRUCache({
    maxSize: cacheBytes,
    sizeCalculation: ({ sketch }, key) => sketchBytes(sketch) + key.length * 2,
  });

  return {
    async search(root, question, search) {
      const started = clock();
      const deadline = search.deadlineMs ?? DEADLINE_MS;
      const lateAfter = (share: number) => () => clock() - started > deadline * share;
      const pace = new Pace(search.signal, clock);
      const query = queryTokens(question).slice(0, MAX_WORDS);
      if (query.length === 0) return { items: [], files: 0, complete: true };

      const { signal, exclude = [] } = search;
      const found = await survey(walk(root, { signal, exclude, fs, now: clock }), {
        query,
        pace,
        fs,
        cache,
        late: lateAfter(SURVEY_SHARE),
        onProgress: search.onProgress ?? (() => {}),
      });
      const reader = new Reader({ fs, pace, weights: found.weights, boost: new Set(search.boost) });
      const read = await reader.readAll(promising(found.files, search), lateAfter(READ_SHARE));
      return {
        items: await reader.confirm(read.candidates, search.limit),
        files: found.looked,
        complete: found.complete && read.complete && found.looked < MAX_FILES,
      };
    },
  };
}

/** The files to read: boosted ones never fall out. */
function promising(files: readonly WalkedFile[], { boost = [] }: PassageSearch): WalkedFile[] {
  const boosted = new Set(boost);
  const first = files.filter((file) => boosted.has(file.path));
  return [...first, ...files.filter((file) => !boosted.has(file.path))].slice(0, MAX_CANDIDATES);
}

/** Reads files as they are now, and turns their best windows into passages. */
class Reader {
  readonly #context: { fs: FileSystem; pace: Pace; weights: Weights; boost: ReadonlySet<string> };

  constructor(context: { fs: FileSystem; pace: Pace; weights: Weights; boost: ReadonlySet<string> }) {
    this.#context = context;
  }

  async readAll(
    files: readonly WalkedFile[],
    late: () => boolean,
  ): Promise<{ candidates: Candidate[]; complete: boolean }> {
    const candidates: Candidate[] = [];
    for (const file of files) {
      if (late()) return { candidates, complete: false };
      const read = await this.#read(file);
      if (read) candidates.push({ file, windows: read.windows });
    }
    return { candidates, complete: true };
  }

  /**
   * The best passages of all. Their files are read once more, so that what is given out is what stands
   * there now, and nothing of the other files is held in memory meanwhile.
   */
  async confirm(candidates: readonly Candidate[], limit: number): Promise<Passage[]> {
    const chosen = new Set(best(candidates, limit).map(({ file }) => file));
    const present: (Candidate & { text: string })[] = [];
    for (const file of chosen) {
      const read = await this.#read(file);
      if (read) present.push({ file, ...read });
    }
    const texts = new Map<WalkedFile, string[]>();
    const passages: Passage[] = [];
    for (const { file, window } of best(present, limit)) {
      const lines =
        texts.get(file) ?? splitLines(redact(present.find((it) => it.file === file)?.text ?? '').text);
      texts.set(file, lines);
      passages.push(toPassage(file.path, window, lines));
      await this.#context.pace.rest();
    }
    return passages;
  }

  async #read(file: WalkedFile): Promise<{ text: string; windows: ScoredWindow[] } | undefined> {
    const { fs, pace, weights, boost } = this.#context;
    const read = await readText(file.absolute, fs);
    if (!('text' in read) || isDense(read.text)) return undefined;
    const windows = await scoreFile({ path: file.path, text: read.text }, weights, pace);
    const possible = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
    const factor = (boost.has(file.path) ? BOOST : 1) / (possible || 1);
    return {
      text: read.text,
      windows: windows.map((window) => ({ ...window, score: window.score * factor })),
    };
  }
}

/** The best windows over all files; equals by path, then by line. */
function best<C extends Candidate>(
  candidates: readonly C[],
  limit: number,
): { file: WalkedFile; window: ScoredWindow }[] {
  return candidates
    .flatMap(({ file, windows }) => windows.map((window) => ({ file, window })))
    .sort(
      (a, b) =>
        b.window.score - a.window.score ||
        (a.file.path === b.file.path ? a.window.start - b.window.start : a.file.path < b.file.path ? -1 : 1),
    )
    .slice(0, limit);
}

function toPassage(path: string, window: ScoredWindow, lines: readonly string[]): Passage {
  const { start, end, score, symbol } = window;
  return {
    path,
    startLine: start + 1,
    endLine: end,
    text: lines.slice(start, end).join('\n').slice(0, MAX_PASSAGE),
    score,
    ...(symbol === undefined ? {} : { symbol: redact(symbol).text }),
  };
}
