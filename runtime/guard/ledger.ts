import type { Log } from '../kernel/log.ts';
import type { LedgerEntry } from '../types/database.ts';

/** How long entries may wait to be stored together, in ms. */
const WRITE_AFTER_MS = 2_000;
/** Entries that wait at most, should storage fail for long; the oldest go first. */
const MAX_WAITING = 1_000;

export interface Ledger {
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

  return {
    record(entry) {
      waiting = [...waiting, entry].slice(-MAX_WAITING);
      timer ??= setTimeout(() => void flush(), WRITE_AFTER_MS).unref();
    },
    flush,
  };
}
