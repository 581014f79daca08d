import { benchEditor } from './editor.ts';
import { benchEmbed, benchEmbedMany } from './embed.ts';
import { benchPaint } from './paint.ts';
import { benchRecall } from './recall.ts';
import { type Section, toMarkdown, writePart } from './report.ts';
import { benchStorage } from './storage.ts';
import { benchIndex } from './workspaceIndex.ts';

// `npm run bench [-- storage paint]`: what is claimed of speed, measured side by side in one run,
// printed, and written into BENCHMARKS.md.

const benches: Record<string, () => Promise<Section>> = {
  storage: benchStorage,
  paint: benchPaint,
  embed: benchEmbed,
  recall: benchRecall,
  index: benchIndex,
  editor: benchEditor,
  'embed-many': benchEmbedMany,
};
/** They take long, and nobody else should work meanwhile: only by name. */
const LONG = ['embed-many'];

async function main(): Promise<void> {
  const asked = process.argv.slice(2);
  const unknown = asked.filter((name) => !(name in benches));
  if (unknown.length > 0) {
    console.error(`No bench is named ${unknown.join(', ')}. There are: ${Object.keys(benches).join(', ')}.`);
    process.exit(2);
  }
  for (const [name, bench] of Object.entries(benches)) {
    if (asked.length > 0 ? !asked.includes(name) : LONG.includes(name)) continue;
    const markdown = toMarkdown(await bench());
    console.log(`\n${markdown}`);
    writePart(name, markdown);
  }
}

void main();
