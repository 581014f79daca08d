import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { root } from '../../scripts/lib/folders.ts';
import { type RunOptions, run } from '../../scripts/lib/processes.ts';
import type { Results } from '../support/reporter.ts';

/** How long a program may linger once its results are written, in milliseconds. */
const LINGER_MS = 15_000;

type ReportedOptions = Pick<RunOptions, 'signal' | 'env' | 'timeoutMs'> & {
  /** Whether it may find no tests: those that were asked for are elsewhere. */
  mayBeEmpty?: boolean;
};

/**
 * Runs a program whose tests report to a file, and gives back what they found. What goes wrong around the
 * tests counts as one more failure: no results, a bad end after good tests, an end that never comes.
 */
export async function runReported(
  name: string,
  args: readonly string[],
  { mayBeEmpty = false, ...options }: ReportedOptions,
): Promise<Results> {
  const file = path.join(root, `test/output/results/${name}.json`);
  await rm(file, { force: true });
  const { status, output, lingered, timedOut } = await runUntilReported(file, args, options);
  const results = await readFile(file, 'utf8').then(
    (text): Results => JSON.parse(text),
    () => undefined,
  );
  if (results === undefined) {
    return { passed: 0, skipped: [], failed: [{ title: `${name}: no results`, error: output }] };
  }
  const ran = results.passed + results.failed.length + results.skipped.length;
  if (ran === 0 && !mayBeEmpty) results.failed.push({ title: `${name}: found no tests`, error: output });
  else if (timedOut || lingered)
    results.failed.push({ title: `${name}: something was left open, so it did not end`, error: output });
  else if (status !== 0 && results.failed.length === 0) {
    results.failed.push({
      title: `${name}: ended with status ${status} after its tests passed`,
      error: output,
    });
  }
  return results;
}

/** Ends a program that goes on after its results: a test left something open, and would hold up all others. */
async function runUntilReported(
  file: string,
  args: readonly string[],
  options: Omit<ReportedOptions, 'mayBeEmpty'>,
) {
  const stop = new AbortController();
  let lingered = false;
  let reportedAt = 0;
  const watch = setInterval(() => {
    if (reportedAt === 0 && existsSync(file)) reportedAt = performance.now();
    if (reportedAt === 0 || performance.now() - reportedAt < LINGER_MS) return;
    lingered = true;
    stop.abort();
  }, 500);
  try {
    const finished = await run(process.execPath, args, {
      ...options,
      signal: options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal,
      cwd: root,
      env: { ...process.env, ...options.env, ZOEY_TEST_RESULTS: file },
    });
    return { ...finished, lingered };
  } finally {
    clearInterval(watch);
  }
}

/** The arguments that run files of tests in mocha, with the results in a file. */
export const mochaArgs = (specs: readonly string[]): string[] => [
  path.join(root, 'node_modules/mocha/bin/mocha.js'),
  '--reporter',
  path.join(root, 'test/support/reporter.ts'),
  ...specs,
];
