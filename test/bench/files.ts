import { codeChunks } from './codeChunks.ts';

const CHUNKS_A_FILE = 8;
const ENDINGS = ['ts', 'py', 'go', 'java', 'md', 'txt'];

/** Files of about 2.5 kB in 280 folders, their text taken from installed packages. */
export function benchFiles(count: number): { path: string; text: string }[] {
  const chunks = codeChunks(count * CHUNKS_A_FILE);
  return Array.from({ length: count }, (_, i) => ({
    path: `area${i % 40}/room${i % 7}/file${i}.${ENDINGS[i % ENDINGS.length]}`,
    text: chunks.slice(i * CHUNKS_A_FILE, (i + 1) * CHUNKS_A_FILE).join('\n\n'),
  }));
}
