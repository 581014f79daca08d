import { spawnSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { root } from './folders.ts';
import { Complaint, main } from './progress.ts';

/** One import that a rule of .dependency-cruiser.cjs forbids. Paths are relative to the checked folder. */
export interface Violation {
  rule: string;
  from: string;
  to: string;
}

export interface ImportReport {
  modules: number;
  imports: number;
  violations: Violation[];
  /** Sources on disk that were not looked at: a check that sees nothing must not pass. */
  unseen: string[];
}

interface Cruise {
  modules: { source: string; dependencies: unknown[] }[];
  summary: { violations: { rule: { name: string }; from: string; to: string }[] };
}

const rooms = ['runtime', 'extension', 'webview', 'scripts', 'test'];

/** Holds the imports of the checkout at `base` (absolute) against the rules. Type imports count. */
export async function checkImports(base: string): Promise<ImportReport> {
  const present = (await readdir(base)).filter((name) => rooms.includes(name));
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
      `--config=${path.join(root, '.dependency-cruiser.cjs')}`,
      '--output-type=json',
      ...present,
    ],
    { cwd: base, encoding: 'utf8', maxBuffer: 64_000_000, env: { ...process.env, NODE_OPTIONS: '' } },
  );
  if (!stdout.startsWith('{')) {
    throw new Complaint(`The imports could not be read (status ${status}).\n${stdout}${stderr}`);
  }
  const { modules, summary }: Cruise = JSON.parse(stdout);
  const seen = new Set(modules.map(({ source }) => source));
  return {
    modules: modules.length,
    imports: modules.reduce((sum, { dependencies }) => sum + dependencies.length, 0),
    violations: summary.violations
      .map(({ rule, from, to }) => ({ rule: rule.name, from, to }))
      .sort((a, b) => `${a.rule} ${a.from}`.localeCompare(`${b.rule} ${b.from}`)),
    unseen: (await sources(base, present)).filter((file) => !seen.has(file)),
  };
}

async function sources(base: string, folders: readonly string[]): Promise<string[]> {
  const lists = await Promise.all(
    folders.map(async (folder) => {
      const names = await readdir(path.join(base, folder), { recursive: true });
      return names.map((name) => path.join(folder, name).replaceAll(path.sep, '/'));
    }),
  );
  return lists
    .flat()
    .filter((file) => /\.tsx?$/.test(file) && !/^test\/(fixtures|output)\/|(^|\/)node_modules\//.test(file));
}

/** What is wrong, a line each; none where the house is in order. */
export function complaints({ modules, imports, violations, unseen }: ImportReport): string[] {
  return [
    ...(modules === 0 || imports === 0 ? [`saw ${modules} modules and ${imports} imports`] : []),
    ...unseen.map((file) => `not looked at: ${file}`),
    ...violations.map(({ rule, from, to }) => `${rule}: ${from} imports ${to}`),
  ];
}

if (require.main === module) {
  main(async () => {
    const report = await checkImports(root);
    const lines = complaints(report);
    for (const line of lines) process.stdout.write(`${line}\n`);
    process.stdout.write(
      `${report.modules} modules, ${report.imports} imports, ${lines.length} complaints\n`,
    );
    return lines.length > 0 ? 1 : 0;
  });
}
