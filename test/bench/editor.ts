import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { root } from '../../scripts/lib/folders.ts';

const FILES = 10_000;

const Figures = z.object({
  what: z.enum(['followed', 'rebuilt']),
  chunks: z.number().optional(),
  bytes: z.number().optional(),
  seconds: z.number(),
  heldMs: z.number(),
  heldMostlyMs: z.number(),
  memory: z.number().optional(),
  mostMemory: z.number().optional(),
});
type Figures = z.infer<typeof Figures>;

/** A workspace of 10,000 files of code in a real VS Code: the suite of the editor measures, with the installed packages. */
export async function benchEditor() {
  const folder = mkdtempSync(path.join(tmpdir(), 'zoey-bench-'));
  const file = path.join(folder, 'figures.jsonl');
  try {
    await promisify(execFile)(
      process.execPath,
      ['test/run.mjs', '--only', 'editor', '--grep', 'the index of a workspace with many files'],
      {
        cwd: root,
        env: {
          ...process.env,
          ZOEY_TEST_FILES: String(FILES),
          ZOEY_TEST_FROM: path.join(root, 'node_modules'),
          ZOEY_TEST_FIGURES: file,
        },
      },
    );
    const measured = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => Figures.parse(JSON.parse(line)));
    return {
      name: `In the editor: ${FILES.toLocaleString('en')} files of packages`,
      rows: measured.flatMap(toRows),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function toRows({ what, chunks, bytes, seconds, heldMs, heldMostlyMs, memory, mostMemory }: Figures) {
  const when = what === 'followed' ? 'as the files come' : 'made anew';
  const row = (name: string, value: string | undefined) =>
    value === undefined ? [] : [{ what: `${when}: ${name}`, value }];
  return [
    ...row('until all can be found by words', `${seconds.toFixed(0)} s`),
    ...row('chunks', chunks?.toLocaleString('en')),
    ...row('on disk', bytes === undefined ? undefined : `${(bytes / 2 ** 20).toFixed(0)} MB`),
    ...row('extension host held, p99.9', `${heldMostlyMs.toFixed(1)} ms`),
    ...row('extension host held, longest', `${heldMs.toFixed(0)} ms`),
    ...row(
      'memory of the agent server, afterwards',
      memory === undefined ? undefined : `${memory.toFixed(0)} MB`,
    ),
    ...row(
      'memory of the agent server, at its fullest',
      mostMemory === undefined ? undefined : `${mostMemory.toFixed(0)} MB`,
    ),
  ];
}
