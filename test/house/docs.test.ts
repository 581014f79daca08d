import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { helpText } from '../../runtime/hosts/cli/usage.ts';
import { COMMANDS } from '../../runtime/plugins/coding/actions/commands.ts';
import { contract } from '../../runtime/protocol/contract.ts';
import { root } from '../../scripts/lib/folders.ts';
import { sources } from './sources.ts';

const docs = sources(/^(README|ARCHITECTURE|CONTRIBUTING|media\/walkthrough\/\w+)\.md$/);
const [readme = ''] = docs.filter(({ file }) => file === 'README.md').map(({ text }) => text);
const read = (name: string) => JSON.parse(sources(new RegExp(`^${name}$`))[0]?.text ?? '{}');
const manifest = read('package\\.json');
const titles: Record<string, string> = read('package\\.nls\\.json');

/** What each doc names by this pattern, with the doc's name. The first group counts. */
const named = (pattern: RegExp) =>
  docs.flatMap(({ file, text }) =>
    [...text.matchAll(pattern)].map(([whole, name = whole]) => ({ file, name })),
  );

/** Fails for what the docs name and `exists` does not know; also where they name nothing of the kind. */
function assertAll(pattern: RegExp, exists: (name: string) => boolean): void {
  const all = named(pattern);
  assert.ok(all.length > 0, `nothing like ${pattern}`);
  assert.deepEqual(
    all.filter(({ name }) => !exists(name)),
    [],
  );
}

/** Names in the form of a path that are none of a file here. */
const NOT_FILES = /^(dist|test\/output|zoey|editor|Xenova)\//;
/** Options of scripts. */
const OF_SCRIPTS = ['--target', '--served', '--minutes', '--seed', '--stdio'];

describe('the docs', () => {
  const files = sources(/./).map(({ file }) => file);

  it('link to files that exist', () => {
    assertAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g, (name) => files.includes(name));
  });

  it('name files and folders that exist, by their end', () => {
    const exists = (name: string) =>
      files.some((file) => `/${file}/`.includes(`/${name.replace(/\/?$/, '/')}`));
    assertAll(
      /`((?:[\w.-]+\/)+[\w.-]*|[\w-]+\.(?:ts|mjs|cjs|json))`/g,
      (name) => NOT_FILES.test(name) || exists(name),
    );
  });

  it('name scripts that package.json has', () => {
    assertAll(/\bnpm run ([\w:]+)/g, (name) => name in manifest.scripts);
    assertAll(/\bnpm (start|test)\b/g, (name) => name in manifest.scripts);
  });

  it('name commands by the titles of the palette', () => {
    const known = manifest.contributes.commands.map(({ title }: { title: string }) =>
      titles[title.replaceAll('%', '')]?.replace(/…$/, ''),
    );
    assertAll(/\bZoey: ([A-Z][\w ]+?)(?=["*`)])/g, (name) => known.includes(name));
  });

  it('name settings and commands by their ids', () => {
    const { configuration, commands } = manifest.contributes;
    const ids = [
      ...Object.keys(configuration.properties),
      ...commands.map(({ command }: { command: string }) => command),
    ];
    assertAll(/`(zoey\.\w[\w.]*)`/g, (name) => ids.includes(name));
  });

  it('name every setting, with its default where it has one', () => {
    const properties: Record<string, { default: unknown }> = manifest.contributes.configuration.properties;
    for (const [name, { default: value }] of Object.entries(properties)) {
      const row = readme.split('\n').find((line) => line.startsWith(`| \`${name}\``));
      assert.ok(row, `the README has no row for ${name}`);
      if (typeof value === 'number' || (typeof value === 'string' && value !== '')) {
        assert.ok(row.includes(`\`${value}\``), `${name} is ${value} by default`);
      }
    }
  });

  it('name functions of the contract', () => {
    const areas = [...new Set(Object.keys(contract).map((name) => name.split('.')[0]))].join('|');
    assertAll(
      new RegExp(`(?:\`|zoey invoke |"function":")((?:${areas})\\.(?!sqlite)\\w+)(?=[\`" ])`, 'g'),
      (name) => Object.hasOwn(contract, name),
    );
  });

  it('name options of the command line', () => {
    const lines = [...readme.matchAll(/^zoey .*$|`zoey [^`]*`|`--[^`]*`/gm)].map(([line]) => line).join('\n');
    const options = [...lines.matchAll(/--[a-z-]+/g)].map(([option]) => option);
    assert.ok(options.length > 5);
    const known = helpText();
    assert.deepEqual(
      options.filter((option) => !new RegExp(`${option}\\b`).test(known) && !OF_SCRIPTS.includes(option)),
      [],
    );
  });

  it('name the slash commands of the chat, all of them', () => {
    const slash = COMMANDS.map((command) => `\`/${command.slash}\``);
    assert.deepEqual(
      slash.filter((name) => !readme.includes(name)),
      [],
    );
  });

  it('tell what to do about words that are on the screen', () => {
    const [, table = ''] = /## Troubleshooting\n([\s\S]*?)\n## /.exec(readme) ?? [];
    const words = [...table.matchAll(/^\| "([^"]+)"/gm)].map(([, said = '']) => said);
    assert.ok(words.length > 5);
    const product = sources(/^(runtime|extension|webview)\/.*\.tsx?$/).map(({ text }) => text);
    const isSaid = (part: string) => product.some((text) => text.includes(part));
    // What stands in capitals is filled in.
    const parts = words.flatMap((said) => said.split(/\b[A-Z]{4,}\b/).map((part) => part.trim()));
    assert.deepEqual(
      parts.filter((part) => part !== '' && !isSaid(part)),
      [],
    );
  });

  it('list the rooms of the runtime', () => {
    const architecture = docs.find(({ file }) => file === 'ARCHITECTURE.md')?.text ?? '';
    const rows = [...architecture.matchAll(/^- \*\*`runtime\/(\w+)`\*\*/gm)].map(([, room]) => room);
    const folders = readdirSync(path.join(root, 'runtime'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    assert.deepEqual(rows.sort(), folders.sort());
  });
});
