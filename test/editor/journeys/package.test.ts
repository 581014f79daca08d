import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { packageExtension } from '../../../scripts/lib/packageExtension.ts';
import { installedExtension } from '../../support/workbench/extension.ts';
import { type ZipEntry, zipEntries } from '../../support/zip.ts';

const MAX_BYTES = 3_000_000;

/** All that ships. A file more or less is a decision, made here. */
const contents = [
  '[Content_Types].xml',
  'extension.vsixmanifest',
  'extension/LICENSE.txt',
  'extension/changelog.md',
  'extension/dist/cli.js',
  'extension/dist/extension.js',
  'extension/dist/server.js',
  'extension/dist/sql.js/sql-wasm.js',
  'extension/dist/sql.js/sql-wasm.wasm',
  'extension/dist/webview/codicon.ttf',
  'extension/dist/webview/main.css',
  'extension/dist/webview/main.js',
  'extension/media/character.schema.json',
  'extension/media/icon.png',
  'extension/media/screenshots/chat.png',
  'extension/media/walkthrough/ask.md',
  'extension/media/walkthrough/model.md',
  'extension/media/walkthrough/ollama.md',
  'extension/media/zoey.svg',
  'extension/package.json',
  'extension/package.nls.json',
  'extension/readme.md',
];

describe('the package', function () {
  this.timeout(180_000);
  let vsix: string;
  let entries: ZipEntry[];

  before(async () => {
    vsix = await packageExtension();
    entries = zipEntries(await readFile(vsix));
  });

  it('holds exactly what it needs', () => {
    assert.deepEqual(entries.map(({ name }) => name).sort(), contents.sort());
  });

  it('is small', () => {
    const { length } = readFileSync(vsix);
    assert.ok(length < MAX_BYTES, `${length} bytes`);
    assert.deepEqual(
      entries.filter(({ size }) => size === 0),
      [],
    );
  });

  it('is made once from the same sources', async () => {
    const before = readFileSync(vsix);
    assert.equal(await packageExtension(), vsix);
    assert.deepEqual(readFileSync(vsix), before);
  });

  it('is installed by VS Code as it is', async () => {
    const { extensionDir } = await installedExtension();
    assert.match(path.basename(extensionDir), /^zoeyos\.zoey-/);
    assert.ok(existsSync(path.join(extensionDir, 'dist/extension.js')));
  });
});
