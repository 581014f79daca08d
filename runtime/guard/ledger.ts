import type { Log } from '../kernel/log.ts';
import type { LedgerEntry } from '../types/database.ts';

/** How long entries may wait to be stored together, in ms. */
const WRITE_AFTER_MS = 2_000;
/** Entries that wait at most, should storage fail for long; the oldest go first. */
const MAX_WAITING = 1_000;

export interface Ledger {
  /** Looks in a row that nobody answered become one entry, which counts them and has the time of the last. */
  record(entry: LedgerEntry): void;
  /** Settles when all that was recorded is stored, or its failure logged. */
  flush(): Promise<void>;
}

/** Collects what the gateway tells of its requests and stores it in batches, off the path of any answer. */
export function createLedger(options: {
  write(entries: readonly LedgerEntry[]): Promise<void>;
  log: Log;
}): Ledger {
  let waiting: LedgerEntry[] = [];
  let last: { entry: LedgerEntry; times: number } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  async function write(): Promise<void> {
    const entries = waiting;
    if (entries.length === 0) return;
    waiting = [];
    try {
      await options.write(entries);
    } catch (error) {
      options.log.warn(
        `the ledger was not stored: ${error instanceof Error ? error.message : String(error)}`,
      );
      waiting = [...entries, ...waiting].slice(-MAX_WAITING);
    }
  }

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    writing = writing.then(write);
    return writing;
  }

  /** The entry as it is to be stored: under the id of the one before where it repeats that. */
  function counted(entry: LedgerEntry): LedgerEntry {
    if (last === undefined || !repeats(entry, last.entry)) {
      last = { entry, times: 1 };
      return entry;
    }
    last.times += 1;
    return { ...entry, id: last.entry.id, purpose: `${entry.purpose} (${last.times} times)` };
  }

  return {
    record(entry) {
      const stored = counted(entry);
      const others = waiting.filter(({ id }) => id !== stored.id);
      waiting = [...others, stored].slice(-MAX_WAITING);
      timer ??= setTimeout(() => void flush(), WRITE_AFTER_MS).unref();
    },
    flush,
  };
}

/** Whether nobody answered the same question twice. What carried a body is told of one by one. */
function repeats(entry: LedgerEntry, before: LedgerEntry): boolean {
  const silent = ({ status, bytesOut }: LedgerEntry) => status === 0 && bytesOut === 0;
  const same = (key: 'method' | 'url' | 'purpose') => entry[key] === before[key];
  return silent(entry) && silent(before) && same('method') && same('url') && same('purpose');
}
