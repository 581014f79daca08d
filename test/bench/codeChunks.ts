import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(__dirname, '../../node_modules');
const CHUNK = 300;
/** So that no package makes up most of it. */
const A_PACKAGE = 12_000;
/** Longer lines are minified or encoded. */
const LONGEST_LINE = 300;
const SOURCE = /\.(ts|mts|js|mjs|md)$/;

/** Code as people write it, cut at the ends of lines: the sources of installed packages, in the order of names. */
export function codeChunks(count: number): string[] {
  const chunks: string[] = [];
  for (const name of readdirSync(ROOT).sort()) {
    const most = Math.min(count, chunks.length + A_PACKAGE);
    for (const file of sources(path.join(ROOT, name))) {
      if (chunks.length >= most) break;
      chunks.push(...cut(readFileSync(file, 'utf8')).slice(0, most - chunks.length));
    }
  }
  return chunks;
}

function sources(folder: string): string[] {
  if (!statSync(folder).isDirectory()) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && SOURCE.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

function cut(text: string): string[] {
  const lines = text.split('\n');
  if (lines.some((line) => line.length > LONGEST_LINE)) return [];
  const chunks: string[] = [];
  let chunk = '';
  for (const line of lines) {
    chunk += `${line}\n`;
    if (chunk.length < CHUNK) continue;
    chunks.push(chunk);
    chunk = '';
  }
  return chunks;
}
