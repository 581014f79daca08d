import { parseArgs } from 'node:util';
import { seeded } from '../support/storage/random.ts';
import { damageAndRecover } from './damage.ts';
import { Kills } from './kills.ts';
import { live } from './life.ts';
import { fightOverOwners } from './owners.ts';
import { inWords, newTally } from './tally.ts';

// `npm run torture -- --minutes N [--seed S]`: storage under all that may happen to it, at length. Each turn has
// a seed of its own, printed where it fails; the same seed makes the same turn, but for the timing of processes.

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { minutes: { type: 'string' }, seed: { type: 'string' } } });
  const minutes = Number(values.minutes ?? 1);
  const first = Number(values.seed ?? Date.now() % 1_000_000);
  console.log(`${minutes} minutes from seed ${first}`);
  const tally = newTally();
  const kills = new Kills();
  await kills.build();
  const turns: [name: string, run: (random: () => number) => Promise<void>][] = [
    ['a failing disk', (random) => live(random, tally)],
    ['a damaged database', (random) => damageAndRecover(random, tally)],
    ['a killed process', (random) => kills.round(random, tally)],
    ['a killed process', (random) => kills.round(random, tally)],
    ['several windows', (random) => fightOverOwners(random, tally)],
  ];
  const end = performance.now() + minutes * 60_000;
  try {
    for (let seed = first; performance.now() < end; seed++) {
      for (const [name, run] of turns) {
        try {
          await run(seeded(seed));
        } catch (error) {
          console.error(`FAILED with seed ${seed}: ${name}`);
          throw error;
        }
      }
    }
  } finally {
    kills.remove();
    console.log(inWords(tally));
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
