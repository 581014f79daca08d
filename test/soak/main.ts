import { soak } from './soak.ts';

// `npm run soak [-- messages]`: whether memory stays flat. With --json a line for each sample, for the test.

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  const json = args.includes('--json');
  const messages = Number(args.find((arg) => /^\d+$/.test(arg)) ?? 100_000);
  const mb = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MB`;
  for await (const sample of soak(messages, json ? 4 : 10)) {
    const { heap, external, rss, perSecond } = sample;
    const line = [
      `heap ${mb(heap)}`,
      `external ${mb(external)}`,
      `process ${mb(rss)}`,
      `${perSecond} a second`,
    ];
    console.log(json ? JSON.stringify(sample) : `${String(sample.messages).padStart(7)}  ${line.join('  ')}`);
  }
}

void main();
