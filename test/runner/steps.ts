import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { root } from '../../scripts/lib/folders.ts';
import { run } from '../../scripts/lib/processes.ts';
import type { Results } from '../support/reporter.ts';
import { mochaArgs, runReported } from './mocha.ts';
import type { Need } from './needs.ts';
import { runUnit } from './unit.ts';

export interface StepContext {
  /** Aborted when the person at the terminal stops the run. */
  signal: AbortSignal;
  /** Only tests whose title holds this. */
  grep?: string;
}

/** One line of `npm test`. */
export interface Step {
  name: string;
  title: string;
  /** Without these the step does not run. */
  needs: readonly Need[];
  /** Without these a part of its tests skips itself. */
  wants: readonly Need[];
  run(context: StepContext): Promise<Results>;
}

const SUITE_MS = 20 * 60_000;
/** The files in these folders that take longest, so that what is left for the end is short. */
const LONGEST = ['codingActions', 'windows', 'coding', 'gallery', 'access'];

/** A check of the whole house that counts as one test. */
const check = (name: string, title: string): Step => ({
  name,
  title,
  needs: [],
  wants: [],
  run: async ({ signal }) => {
    const { status, output } = await runScript(`check:${name}`, signal);
    if (status === 0) return { passed: 1, skipped: [], failed: [] };
    return { passed: 0, skipped: [], failed: [{ title, error: stripVTControlCharacters(output) }] };
  },
});

/** Runs a script of package.json without npm around it, which would take half a second each. */
async function runScript(name: string, signal: AbortSignal) {
  const { scripts } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
  const bin = path.join(root, 'node_modules/.bin');
  const windows = process.platform === 'win32';
  return run(
    windows ? 'cmd.exe' : 'sh',
    windows ? ['/d', '/s', '/c', scripts[name]] : ['-c', scripts[name]],
    {
      cwd: root,
      signal,
      env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH ?? ''}` },
      timeoutMs: 5 * 60_000,
    },
  );
}

const mocha = (name: string, specs: readonly string[], { signal, grep }: StepContext) =>
  runReported(name, mochaArgs([...specs, ...(grep ? ['--grep', grep] : [])]), {
    signal,
    timeoutMs: SUITE_MS,
    mayBeEmpty: grep !== undefined,
  });

/** What is driven as by a person waits half of its time: another file runs meanwhile. */
async function twoAtOnce(folder: string): Promise<string[]> {
  const names = (await readdir(path.join(root, folder))).filter((name) => name.endsWith('.test.ts')).sort();
  const first = LONGEST.map((name) => `${name}.test.ts`).filter((name) => names.includes(name));
  const files = [...new Set([...first, ...names])].map((name) => path.join(folder, name));
  return [...files, '--parallel', '--jobs', '2'];
}

/** All that `npm test` does, in its order. Those that need nothing run while the needs of the others are met. */
export const steps: readonly Step[] = [
  check('lint', 'format and lint'),
  check('types', 'types'),
  check('imports', 'imports'),
  check('dead', 'dead code'),
  {
    name: 'unit',
    title: 'unit tests',
    needs: [],
    wants: ['llama', 'weights'],
    run: (context) => runUnit(({ name, files }) => mocha(`unit/${name}`, files, context)),
  },
  {
    name: 'panel',
    title: 'the panel in a browser',
    needs: ['browser'],
    wants: [],
    run: async (context) => mocha('panel', await twoAtOnce('test/webview/panel'), context),
  },
  {
    name: 'editor',
    title: 'inside the extension host',
    needs: ['browser', 'vscode', 'extension'],
    wants: [],
    run: ({ signal, grep }) =>
      runReported('editor', [path.join(root, 'test/editor/run.mjs')], {
        signal,
        timeoutMs: SUITE_MS,
        ...(grep && { env: { ZOEY_TEST_GREP: grep }, mayBeEmpty: true }),
      }),
  },
  {
    name: 'journeys',
    title: 'journeys through the workbench',
    needs: ['browser', 'vscode', 'extension', 'llama'],
    wants: [],
    run: async (context) => mocha('journeys', await twoAtOnce('test/editor/journeys'), context),
  },
];
