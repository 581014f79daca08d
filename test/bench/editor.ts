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
  mostOfChunker: z.number().optional(),
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

function toRows({ what, ...figures }: Figures) {
  const when = what === 'followed' ? 'as the files come' : 'made anew';
  const row = (name: string, value: number | undefined, unit: string, digits = 0) =>
    value === undefined ? [] : [{ what: `${when}: ${name}`, value: `${grouped(value, digits)} ${unit}` }];
  return [
    ...row('until all can be found by words', figures.seconds, 's'),
    ...row('can be found', figures.chunks, 'chunks'),
    ...row('on disk', figures.bytes && figures.bytes / 2 ** 20, 'MB'),
    ...row('extension host held, p99.9', figures.heldMostlyMs, 'ms', 1),
    ...row('extension host held, longest', figures.heldMs, 'ms'),
    ...row('memory of the agent server, afterwards', figures.memory, 'MB'),
    ...row('memory of the agent server, at its fullest', figures.mostMemory, 'MB'),
    ...row('memory of the process that cuts, which then ends, at its fullest', figures.mostOfChunker, 'MB'),
  ];
}

function grouped(value: number, digits: number): string {
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
