import { readFile, writeFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

const BEYOND_ASCII = /[^\0-\x7f]/g;

/**
 * Escapes what esbuild leaves as it is in regular expressions, the only such place of our bundles: with one
 * character beyond Latin-1 the engine keeps the whole script in two bytes a character.
 */
export const asciiOutput: Plugin = {
  name: 'ascii-output',
  setup(build) {
    build.initialOptions.metafile = true;
    build.onEnd(async ({ metafile }) => {
      const scripts = Object.keys(metafile?.outputs ?? {}).filter((name) => name.endsWith('.js'));
      for (const script of scripts) {
        const text = await readFile(script, 'utf8');
        if (text.search(BEYOND_ASCII) >= 0) await writeFile(script, text.replace(BEYOND_ASCII, escaped));
      }
    });
  },
};

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
