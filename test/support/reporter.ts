import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Mocha, { type Hook, type Runner, type Test } from 'mocha';

/** What a suite of mocha found, as it is written to the file that `ZOEY_TEST_RESULTS` names. */
export interface Results {
  passed: number;
  skipped: string[];
  failed: { title: string; error: string }[];
  /** How long each file took, in milliseconds, what is before and after its tests included. */
  times?: Record<string, number>;
}

/** A reporter of mocha that writes results as JSON and nothing else: in Node and in the extension host alike. */
export default class ResultsReporter extends Mocha.reporters.Base {
  constructor(runner: Runner) {
    super(runner);
    const times: Record<string, number> = {};
    const results: Results = { passed: 0, skipped: [], failed: [], times };
    const count = ({ file = '', duration = 0 }: Test | Hook) => {
      times[file] = (times[file] ?? 0) + duration;
    };
    runner.on('pass', () => {
      results.passed += 1;
    });
    runner.on('pending', (test: Test) => results.skipped.push(test.fullTitle()));
    runner.on('fail', (test: Test, error: unknown) =>
      results.failed.push({ title: test.fullTitle(), error: explain(error) }),
    );
    runner.on('test end', count);
    runner.on('hook end', count);
    runner.on('end', () => write(results));
  }
}

function write(results: Results): void {
  const file = process.env.ZOEY_TEST_RESULTS;
  if (file === undefined) throw new Error('ZOEY_TEST_RESULTS names no file for the results.');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(results));
}

/** What another process reported comes as an object with the fields of an error. */
function explain(error: unknown): string {
  const { stack, message } = Object(error) as Partial<Error>;
  return stack ?? message ?? String(error);
}
