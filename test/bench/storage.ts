import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundled } from './bundled.ts';
import type { Section } from './report.ts';
import { betterSqlite, eliza, installPeers, type Measured } from './storagePeers.ts';
import { BATCH, ourRates, type Rates, ROWS } from './storageRates.ts';
import { measureSize, median, type Size } from './storageSizes.ts';

const RUNS = 3;
const SIZES = [1000, 100_000, 1_000_000];
const ELIZA_MESSAGES = 1000;
const MIB = 2 ** 20;

type Row = Section['rows'][number];

/**
 * Durable messages a second beside better-sqlite3 and the runtime of @elizaos/core, in turns in one run; then
 * what memories of different sizes cost.
 */
export async function benchStorage(): Promise<Section> {
  const peers = await installPeers();
  const folder = mkdtempSync(path.join(tmpdir(), 'zoey-bench-'));
  try {
    const rates = await rateRows(peers, folder);
    const child = await bundled('storageChild.ts', folder);
    const sizes: Size[] = [];
    for (const messages of SIZES) sizes.push(await measureSize(folder, child, messages));
    return {
      name: `Storage: messages of 237 characters, each on disk before it counts; medians of ${RUNS}`,
      rows: [...rates, ...sizes.flatMap(sizeRows)],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function rateRows(peers: Measured<{ folder: string }>, folder: string): Promise<Row[]> {
  const ours: Rates[] = [];
  const better: Measured<{ rate: number }>[] = [];
  const others: Measured<{ together: number; singly: number }>[] = [];
  for (let n = 0; n < RUNS; n++) {
    const scratch = mkdtempSync(path.join(folder, 'run-'));
    ours.push(await ourRates(scratch));
    if (typeof peers === 'string') continue;
    better.push(await betterSqlite(peers.folder, scratch, { rows: ROWS, batch: BATCH }));
    others.push(await eliza(peers.folder, scratch, ELIZA_MESSAGES));
  }
  const raw = figure(better, ({ rate }) => rate, peers);
  const batches = median(ours.map((rates) => rates.batches));
  const ratio = typeof raw === 'number' ? `, ${(batches / raw).toFixed(2)} of better-sqlite3` : '';
  const rate = (what: string, value: number | string, more = ''): Row => ({
    what,
    value: typeof value === 'string' ? value : `${Math.round(value).toLocaleString('en')} messages/s${more}`,
  });
  const ourRate = (what: string, pick: (rates: Rates) => number) => rate(what, median(ours.map(pick)));
  return [
    rate(`Zoey's database, ${BATCH} a transaction`, batches, ratio),
    ourRate(`Zoey's createMemory, ${ROWS / 2} at once`, (rates) => rates.together),
    ourRate("Zoey's createMemory, one after the other", (rates) => rates.singly),
    ourRate(
      'Zoey, messages that call for no answer, received and stored in 64 rooms, in a warm process',
      (rates) => rates.received,
    ),
    ourRate(
      'Zoey, whole turns without a model in 64 rooms, questions and answers, in a warm process',
      (rates) => rates.answered,
    ),
    rate(`better-sqlite3, WAL and FULL syncs, the same schema, ${BATCH} a transaction`, raw),
    rate(
      `@elizaos/core with its SQL plugin, createMemory, ${ELIZA_MESSAGES} at once`,
      figure(others, ({ together }) => together, peers),
    ),
    rate(
      '@elizaos/core with its SQL plugin, one after the other',
      figure(others, ({ singly }) => singly, peers),
    ),
    ourRate('sql.js by itself, export() every 500', (rates) => rates.exports),
  ];
}

/** The median, or why there is none. */
function figure<T>(
  runs: readonly Measured<T>[],
  pick: (run: T) => number,
  peers: Measured<unknown>,
): number | string {
  if (typeof peers === 'string') return peers;
  const failed = runs.find((run) => typeof run === 'string');
  if (typeof failed === 'string') return failed;
  return median(runs.flatMap((run) => (typeof run === 'string' ? [] : pick(run))));
}

function sizeRows(size: Size): Row[] {
  const at = `${size.messages.toLocaleString('en')} messages`;
  const ms = (value: number) => `${value.toFixed(value < 1 ? 3 : 0)} ms`;
  const mib = (bytes: number) => `${(bytes / MIB).toFixed(1)} MiB`;
  return [
    { what: `${at}: database opens`, value: ms(size.openMs) },
    { what: `${at}: runtime answers first, in a new process`, value: ms(size.readyMs) },
    { what: `${at}: from the death of the owner to an answer by the next`, value: ms(size.takeoverMs) },
    { what: `${at}: one message read by id`, value: ms(size.pointMs) },
    { what: `${at}: the newest 20 of a room`, value: ms(size.listMs) },
    { what: `${at}: on disk, each`, value: `${Math.round(size.bytesEach)} bytes` },
    { what: `${at}: written for each, log and all`, value: `${Math.round(size.writtenEach)} bytes` },
    { what: `${at}: the process beyond bare Node, three seconds later`, value: mib(size.rssBeyondNode) },
    { what: `${at}: each more agent in it`, value: mib(size.eachMoreAgent) },
  ];
}
