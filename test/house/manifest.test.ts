import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { root } from '../../scripts/lib/folders.ts';

const read = (name: string) => JSON.parse(readFileSync(path.join(root, name), 'utf8'));

interface Contributed {
  command: string;
  title: string;
  category: string;
}

/** The table in extension/commands.ts, which loads without an editor since it calls nothing while it loads. */
async function commandTable(): Promise<{ id: string; title?: string }[]> {
  const { outputFiles } = await build({
    entryPoints: [path.join(root, 'extension/commands.ts')],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    external: ['vscode'],
  });
  const module: { exports: { commands?: { id: string; title?: string }[] } } = { exports: {} };
  const load = (name: string) => (name === 'vscode' ? {} : require(name));
  new Function('module', 'exports', 'require', outputFiles[0]?.text ?? '')(module, module.exports, load);
  return module.exports.commands ?? [];
}

describe('the manifest', () => {
  const manifest = read('package.json');
  const words: Record<string, string> = read('package.nls.json');
  const contributed: Contributed[] = manifest.contributes.commands;

  it('lists the commands of the table, each under the same title', async () => {
    const table = await commandTable();
    assert.ok(table.length > 0);
    assert.deepEqual(
      contributed.map(({ command, title }) => [command, title]).sort(),
      table.flatMap(({ id, title }) => (title === undefined ? [] : [[id, `%${title}%`]])).sort(),
    );
  });

  it('puts every command under "Zoey" in the palette', () => {
    assert.deepEqual(
      contributed.filter(({ category }) => category !== 'Zoey'),
      [],
    );
  });

  it('names in its menus only commands and submenus that it contributes', () => {
    const known = [...contributed.map(({ command }) => command)];
    const submenus: string[] = manifest.contributes.submenus.map(({ id }: { id: string }) => id);
    const items = Object.values<{ command?: string; submenu?: string }[]>(manifest.contributes.menus).flat();
    assert.ok(items.length > 0);
    for (const { command, submenu } of items) {
      assert.ok(command === undefined || known.includes(command), `unknown command ${command}`);
      assert.ok(submenu === undefined || submenus.includes(submenu), `unknown submenu ${submenu}`);
    }
  });

  it('has a text for every key that it uses, and uses every key', () => {
    const used = [...JSON.stringify(manifest).matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key);
    assert.deepEqual([...new Set(used)].sort(), Object.keys(words).sort());
  });
});
