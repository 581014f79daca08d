import { throwIfAborted, ZoeyError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { StorageChoice } from './choose.ts';
import { checkTable, type TableCheck } from './copyCheck.ts';
import { openPlace, type Place } from './copyPlace.ts';
import { copyQueries, type Row, type Step, steps, TABLES } from './copySteps.ts';
import { settingQueries } from './queries/settings.ts';
import { all, first, run, runAll, type Work } from './work.ts';

export interface CopyOptions {
  from: StorageChoice;
  to: StorageChoice;
  log: Log;
  signal: AbortSignal;
  /** Called after each part: what was copied of a table, and how many rows it has. */
  onProgress?: (progress: { table: string; rows: number; of: number }) => void;
}

/** How far a copy came, kept in its target: a copy that was cut off goes on from there. */
interface Mark {
  from: string;
  /** The index of the step. */
  step: number;
  /** The key of the last row that was copied in it. */
  after: string[] | undefined;
}

/** Its name among the settings, where nothing else is called so. */
const MARK = 'storage.copy';

/**
 * Copies a whole memory into an empty place, and compares every row afterwards. Nobody else may write to either
 * meanwhile. Cut off at any point, it goes on when it is called again.
 * @returns The rows of each table.
 * @throws ZoeyError `conflict` where the target holds something else, or where the two differ in the end.
 */
export async function copyStorage({ from, to, log, signal, onProgress }: CopyOptions): Promise<TableCheck[]> {
  const source = await openPlace(from, log);
  try {
    const target = await openPlace(to, log);
    try {
      if (source.shown === target.shown) {
        throw new ZoeyError('invalid_input', 'A memory cannot be copied to where it is.');
      }
      const mark = await startingMark(source, target);
      await copyRows({ source, target, mark, signal, onProgress });
      return await verify(source, target, signal);
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

interface Copying {
  source: Place;
  target: Place;
  mark: Mark;
  signal: AbortSignal;
  onProgress: CopyOptions['onProgress'];
}

async function copyRows({ source, target, mark, signal, onProgress }: Copying): Promise<void> {
  for (const [index, step] of steps.entries()) {
    if (index < mark.step) continue;
    const of = await source.store.read(() => first(copyQueries(source.queries).count(step)));
    let rows = 0;
    let after = index === mark.step ? mark.after : undefined;
    for (;;) {
      throwIfAborted(signal);
      const query = copyQueries(source.queries).page(step, after);
      const page = await source.store.read(() => all(query));
      const last = page.at(-1);
      if (last === undefined) break;
      after = step.key.map((column) => String(last[column]));
      const next: Mark = { from: mark.from, step: index, after };
      await target.store.write(page.length, () => writePage(target, { step, page, mark: next }));
      rows += page.length;
      onProgress?.({ table: step.table, rows, of: of?.count ?? rows });
    }
  }
}

function* writePage(
  target: Place,
  { step, page, mark }: { step: Step; page: Row[]; mark: Mark },
): Work<void> {
  yield* runAll(copyQueries(target.queries).write(step, page));
  yield* run(settingQueries(target.queries).set(MARK, JSON.stringify(mark)));
}

/**
 * Where the copy begins: at the start of an empty target, or where an earlier run of the same copy was cut off.
 */
async function startingMark(source: Place, target: Place): Promise<Mark> {
  if ((await readMark(source)) !== undefined) {
    throw new ZoeyError('conflict', `What is in ${source.shown} is an unfinished copy itself.`, {
      hint: 'Finish that copy first.',
    });
  }
  if (!(await isFilled(source))) throw new ZoeyError('not_found', `There is no memory in ${source.shown}.`);
  const mark = await readMark(target);
  if (mark?.from === source.shown) return mark;
  if (mark !== undefined || (await isFilled(target))) {
    throw new ZoeyError('conflict', `There is a memory in ${target.shown} already. It is left as it is.`, {
      hint: 'Name a place that is empty.',
    });
  }
  const fresh: Mark = { from: source.shown, step: 0, after: undefined };
  await target.store.write(1, () => run(settingQueries(target.queries).set(MARK, JSON.stringify(fresh))));
  return fresh;
}

async function readMark({ store, queries }: Place): Promise<Mark | undefined> {
  const row = await store.read(() => first(settingQueries(queries).get(MARK)));
  return row && (JSON.parse(row.value) as Mark);
}

async function isFilled({ store, queries }: Place): Promise<boolean> {
  for (const table of TABLES) {
    const found = await store.read(() => first(copyQueries(queries).count({ table })));
    if ((found?.count ?? 0) > 0) return true;
  }
  return false;
}

async function verify(source: Place, target: Place, signal: AbortSignal): Promise<TableCheck[]> {
  const checks: TableCheck[] = [];
  for (const step of steps) {
    if (step.links) continue;
    const isOurs = (row: Row) => step.table !== 'settings' || row.key !== MARK;
    const expected = await checkTable(source, { step, isOurs, signal });
    const found = await checkTable(target, { step, isOurs, signal });
    if (expected.rows !== found.rows || expected.checksum !== found.checksum) {
      throw new ZoeyError(
        'conflict',
        `The copy of "${step.table}" is not the same as what it was copied from.`,
        {
          hint: 'Close whatever uses either of the two, empty the target, and copy again.',
        },
      );
    }
    checks.push(found);
  }
  await target.store.write(1, () => run(settingQueries(target.queries).remove(MARK)));
  return checks;
}
