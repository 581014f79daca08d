import assert from 'node:assert/strict';
import fc from 'fast-check';
import { silentLog } from '../../../runtime/kernel/log.ts';
import { createSqliteDatabase, type SqliteDatabase } from '../../../runtime/storage/index.ts';
import { MemoryDisk } from './memoryDisk.ts';

/** How many scripts are tried. For a longer run: ZOEY_MODEL_RUNS=1000. */
export const RUNS = Number(process.env.ZOEY_MODEL_RUNS ?? 40);

/** How long scripts are tried and, once one fails, made shorter, in ms. A test may take a minute more. */
export const FOLLOWED_MS = 60_000 + RUNS * 1000;

interface Real {
  db: SqliteDatabase;
  disk: MemoryDisk;
}

interface Step<Model> {
  /** Does the same to both, and compares what they say. */
  run(model: Model, real: Real): Promise<void>;
}

/** Steps of one kind, each with another value. */
export type Steps<Model> = fc.Arbitrary<Step<Model>>;

/** Steps of one kind, by their name where a script fails. */
export function step<Model, T>(
  name: string,
  values: fc.Arbitrary<T>,
  make: (value: T) => Step<Model>['run'],
): Steps<Model> {
  return values.map((value) => ({
    run: make(value),
    [fc.toStringMethod]: () => `${name} ${JSON.stringify(value)}`,
  }));
}

/** The database closes, or its process dies, and another opens what is on the disk. */
const reopen: Steps<unknown> = step('reopen', fc.boolean(), (crash) => async (_, real) => {
  if (!crash) await real.db.close();
  real.disk = new MemoryDisk(real.disk.files());
  real.db = openOn(real.disk);
  await real.db.init();
  assert.equal(real.db.notice(), undefined);
});

function openOn(disk: MemoryDisk): SqliteDatabase {
  return createSqliteDatabase({ file: '/disk/memory.sqlite', fs: disk.fs, clock: () => 0, log: silentLog });
}

/** What the database says is what the model says. */
export const same = async (promise: Promise<unknown>, expected: unknown): Promise<void> =>
  assert.deepEqual(await promise, expected);

interface Following<Model> {
  /** A kind that stands there twice is taken twice as often. */
  steps: readonly Steps<Model>[];
  minLength: number;
  maxLength: number;
  /** Makes the model, and what it begins with in a database that holds nothing. */
  begin(db: SqliteDatabase): Promise<Model>;
  /** Compares all that is there in the end. */
  end(model: Model, db: SqliteDatabase): Promise<void>;
}

/** Does scripts of steps, and of reopening, to a database and to a model of it: they must agree throughout. */
export async function followModel<Model>(following: Following<Model>): Promise<void> {
  const { steps, minLength, maxLength, begin, end } = following;
  const scripts = fc.array(fc.oneof(...steps, reopen), { minLength, maxLength });
  await fc.assert(
    fc.asyncProperty(scripts, async (script) => {
      const disk = new MemoryDisk();
      const real: Real = { disk, db: openOn(disk) };
      await real.db.init();
      const model = await begin(real.db);
      for (const { run } of script) await run(model, real);
      await end(model, real.db);
      await real.db.close();
    }),
    // A failure is told with the shortest script found until then, not as a test that took too long.
    { numRuns: RUNS, interruptAfterTimeLimit: FOLLOWED_MS },
  );
}
