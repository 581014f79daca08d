import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import path from 'node:path';

export interface Section {
  name: string;
  rows: readonly { what: string; value: string }[];
}

const FILE = path.join(__dirname, '..', '..', 'BENCHMARKS.md');
const HEAD = `# What was measured

Each part is written by \`npm run bench -- NAME\` on the machine that it names. Times on another differ; ratios
within a part, measured in one run, differ less.
`;

/** A heading, the machine and a table. */
export function toMarkdown({ name, rows }: Section): string {
  const cells = rows.map(({ what, value }) => `| ${what} | ${value} |`);
  return [`## ${name}`, '', machine(), '', '| what | measured |', '|---|---|', ...cells].join('\n');
}

/** Puts a part into BENCHMARKS.md in place of the one of that name, or behind the others. */
export function writePart(name: string, markdown: string, file = FILE): void {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const text = existsSync(file) ? readFileSync(file, 'utf8') : HEAD;
  const part = `${begin}\n${markdown}\n${end}\n`;
  const start = text.indexOf(begin);
  const stop = text.indexOf(end);
  const found = start >= 0 && stop > start;
  const written = found
    ? text.slice(0, start) + part + text.slice(stop + end.length + 1)
    : `${text.trimEnd()}\n\n${part}`;
  writeFileSync(file, written);
}

/** Where and when. */
export function machine(): string {
  const memory = Math.round(totalmem() / 2 ** 30);
  const date = new Date().toISOString().slice(0, 10);
  return `${cpus().length} cores, ${memory} GB, ${process.platform} ${process.arch}, Node ${process.versions.node}, ${date}.`;
}
