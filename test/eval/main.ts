import { silentLog } from '../../runtime/kernel/log.ts';
import { BUNDLED_ID } from '../../runtime/models/embedder/catalog.ts';
import { LocalEmbedder } from '../../runtime/models/embedder/local.ts';
import { findModel } from '../../runtime/models/embedder/locate.ts';
import { machine, writePart } from '../bench/report.ts';
import { embedderPlaces, nativeWorkerBundle } from '../support/embedder.ts';
import { evalCode } from './code.ts';
import { evalMemories } from './memories.ts';
import { type Outcome, type Scores, scoreByStyle } from './scores.ts';
import { half } from './sets.ts';

// `npm run eval [-- --half tune] [memories] [code]`: how well recall finds what answers a question. What was
// tuned on one half of the questions is reported on the other.

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  const which = args.includes('tune') ? 'tune' : 'report';
  const asked = args.filter((arg) => arg === 'memories' || arg === 'code');
  const pick = <T>(questions: readonly T[]) =>
    args.includes('all') ? [...questions] : half(questions, which);
  const embedder = await anEmbedder();
  if (!embedder) process.stdout.write('The embedding model cannot be had, so only words are searched.\n');
  try {
    const sets = { memories: evalMemories, code: evalCode };
    for (const [name, evaluate] of Object.entries(sets)) {
      if (asked.length > 0 && !asked.includes(name as 'code')) continue;
      const half = args.includes('all') ? 'all questions' : `the half to ${which}`;
      const title = `## How well ${name === 'code' ? 'code is' : 'memories are'} found: R@1 / R@5 / MRR, ${half}`;
      const { outcomes, note } = await evaluate(embedder, pick);
      const parts = [title, machine(), table(outcomes), ...(note === undefined ? [] : [note])];
      const markdown = parts.join('\n\n');
      process.stdout.write(`\n${markdown}\n`);
      if (half === 'the half to report') writePart(`eval ${name}`, markdown);
    }
  } finally {
    await embedder?.close();
  }
}

/** The bundled model, on the fastest runtime that there is: a test holds both to the same vectors. */
async function anEmbedder(): Promise<LocalEmbedder | undefined> {
  const places = await embedderPlaces();
  if (!places) return undefined;
  const worker = (await nativeWorkerBundle()) ?? places.worker;
  const model = await findModel(BUNDLED_ID, [{ source: 'bundled', path: places.bundled }], silentLog);
  return model && new LocalEmbedder({ model, worker, log: silentLog });
}

/** A row a style, a column a way. */
function table(outcomes: ReadonlyMap<string, readonly Outcome[]>): string {
  const ways = [...outcomes.keys()];
  const scored = new Map([...outcomes].map(([way, found]) => [way, scoreByStyle(found)]));
  const styles = [...(scored.get(ways[0] ?? '')?.keys() ?? [])];
  const rows = styles.map((style) => {
    const questions = scored.get(ways[0] ?? '')?.get(style)?.questions ?? 0;
    return [`${style} (${questions})`, ...ways.map((way) => cell(scored.get(way)?.get(style)))];
  });
  return [['', ...ways], ['---', ...ways.map(() => '---')], ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function cell(scores: Scores | undefined): string {
  if (!scores) return '';
  return [scores.r1, scores.r5, scores.mrr].map((value) => value.toFixed(2)).join(' / ');
}

void main();
