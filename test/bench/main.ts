import { cpus, release, totalmem } from 'node:os';
import { benchPaint } from './paint.ts';
import { benchStorage } from './storage.ts';

// `npm run bench [-- storage paint]`: what is claimed of speed, measured side by side in one run.

interface Bench {
  name: string;
  rows: { what: string; value: string }[];
}

const benches: Record<string, () => Promise<Bench>> = { storage: benchStorage, paint: benchPaint };

async function main(): Promise<void> {
  const asked = process.argv.slice(2);
  const unknown = asked.filter((name) => !(name in benches));
  if (unknown.length > 0) {
    console.error(`No bench is named ${unknown.join(', ')}. There are: ${Object.keys(benches).join(', ')}.`);
    process.exit(2);
  }
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  console.log(
    `${cpus().length} x ${cpu?.model ?? 'unknown'}, ${memory} GB, ${process.platform} ${release()}, Node ${process.versions.node}`,
  );
  for (const [name, bench] of Object.entries(benches)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    const { name: title, rows } = await bench();
    console.log(`\n${title}`);
    const width = Math.max(...rows.map(({ what }) => what.length));
    for (const { what, value } of rows) console.log(`  ${what.padEnd(width)}  ${value}`);
  }
}

void main();
