import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { contract } from '../../runtime/protocol/contract.ts';
import { root } from '../../scripts/lib/folders.ts';

const read = (name: string) => JSON.parse(readFileSync(path.join(root, name), 'utf8'));

interface ContributedTool {
  name: string;
  inputSchema: { properties: Record<string, Schema>; required?: string[] };
}

interface Schema {
  type: string;
  enum?: string[];
  minimum?: number;
}

/** A value that fits. */
function like({ type, enum: values, minimum = 1 }: Schema): unknown {
  if (type === 'array') return [randomUUID()];
  return type === 'integer' ? minimum : (values?.[0] ?? 'words');
}

interface Contributed {
  command: string;
  title: string;
  category: string;
}

/** What a file of the extension exports. It loads without an editor where it calls nothing while it loads. */
async function loaded<T>(file: string, vscode: object = {}): Promise<Partial<T>> {
  const { outputFiles } = await build({
    entryPoints: [path.join(root, file)],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    external: ['vscode'],
  });
  const module: { exports: Partial<T> } = { exports: {} };
  const load = (name: string) => (name === 'vscode' ? vscode : require(name));
  new Function('module', 'exports', 'require', outputFiles[0]?.text ?? '')(module, module.exports, load);
  return module.exports;
}

describe('the manifest', () => {
  const manifest = read('package.json');
  const words: Record<string, string> = read('package.nls.json');
  const contributed: Contributed[] = manifest.contributes.commands;

  it('lists the commands of the table, each under the same title', async () => {
    type Table = { commands: { id: string; title?: string }[] };
    const { commands: table = [] } = await loaded<Table>('extension/commands.ts');
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

  it('lists the tools that are registered, with inputs that their functions take', async () => {
    const { tools = [] } =
      await loaded<typeof import('../../extension/coding/tools.ts')>('extension/coding/tools.ts');
    const listed: ContributedTool[] = manifest.contributes.languageModelTools;
    assert.deepEqual(listed.map(({ name }) => name).sort(), tools.map(({ name }) => name).sort());
    for (const { name, inputSchema } of listed) {
      const call = tools.find((tool) => tool.name === name)?.call;
      assert.ok(call, name);
      const takes = (input: object) => contract[call].input.safeParse(input).success;
      const { properties, required = [] } = inputSchema;
      const all = Object.entries(properties).map(([key, schema]): [string, unknown] => [key, like(schema)]);
      assert.ok(takes(Object.fromEntries(all)), `${name} with all`);
      if (required.length === 0) continue;
      assert.ok(takes(Object.fromEntries(all.filter(([key]) => required.includes(key)))), name);
      assert.equal(takes({}), false, `${name} without what it requires`);
    }
  });

  it('offers tools and a participant only where the editor knows them', async () => {
    const made: unknown[] = [];
    class Disposable {
      constructor() {
        made.push(this);
      }
    }
    const editor = { Disposable };
    const agent = { invoke: () => assert.fail('nothing is called') };
    const { registerTools } = await loaded<typeof import('../../extension/coding/tools.ts')>(
      'extension/coding/tools.ts',
      editor,
    );
    const { registerParticipant } = await loaded<typeof import('../../extension/coding/participant.ts')>(
      'extension/coding/participant.ts',
      editor,
    );
    assert.deepEqual([registerTools?.(agent), registerParticipant?.(agent)], made);
    assert.equal(made.length, 2);
  });

  it('has a text for every key that it uses, and uses every key', () => {
    const used = [...JSON.stringify(manifest).matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key);
    assert.deepEqual([...new Set(used)].sort(), Object.keys(words).sort());
  });
});
