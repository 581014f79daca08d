import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { packageExtension } from '../../../scripts/lib/packageExtension.ts';
import { bringWeights } from '../../../scripts/lib/weights.ts';
import { installedExtension } from '../../support/workbench/extension.ts';
import { type ZipEntry, zipEntries } from '../../support/zip.ts';

/** Without the weights, which are two thirds of it. */
const MAX_BYTES = 10_000_000;
const MAX_BYTES_WITH_WEIGHTS = 27_000_000;

/** All that ships. A file more or less is a decision, made here. */
const contents = [
  '[Content_Types].xml',
  'extension.vsixmanifest',
  'extension/LICENSE.txt',
  'extension/NOTICE',
  'extension/changelog.md',
  'extension/dist/chunker.js',
  'extension/dist/cli.js',
  'extension/dist/embedder.js',
  'extension/dist/extension.js',
  'extension/dist/onnxruntime/ort-wasm-simd-threaded.mjs',
  'extension/dist/onnxruntime/ort-wasm-simd-threaded.wasm',
  'extension/dist/grammars/tree-sitter-c.wasm',
  'extension/dist/grammars/tree-sitter-c_sharp.wasm',
  'extension/dist/grammars/tree-sitter-cpp.wasm',
  'extension/dist/grammars/tree-sitter-css.wasm',
  'extension/dist/grammars/tree-sitter-dart.wasm',
  'extension/dist/grammars/tree-sitter-go.wasm',
  'extension/dist/grammars/tree-sitter-java.wasm',
  'extension/dist/grammars/tree-sitter-javascript.wasm',
  'extension/dist/grammars/tree-sitter-php.wasm',
  'extension/dist/grammars/tree-sitter-python.wasm',
  'extension/dist/grammars/tree-sitter-ruby.wasm',
  'extension/dist/grammars/tree-sitter-rust.wasm',
  'extension/dist/grammars/tree-sitter-solidity.wasm',
  'extension/dist/grammars/tree-sitter-swift.wasm',
  'extension/dist/grammars/tree-sitter-tsx.wasm',
  'extension/dist/grammars/tree-sitter-typescript.wasm',
  'extension/dist/grammars/tree-sitter-vue.wasm',
  'extension/dist/grammars/web-tree-sitter.wasm',
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

/** What the build brings where the weights can be had. */
const model = ['config.json', 'onnx/model_quantized.onnx', 'tokenizer.json', 'tokenizer_config.json'].map(
  (name) => `extension/dist/models/Xenova/all-MiniLM-L6-v2/${name}`,
);

describe('the package', function () {
  this.timeout(180_000);
  let expected: string[];
  let vsix: string;
  let entries: ZipEntry[];

  before(async () => {
    const weights = await bringWeights();
    expected = weights === undefined ? contents : [...contents, ...model];
    vsix = await packageExtension();
    entries = zipEntries(await readFile(vsix));
  });

  it('holds exactly what it needs', () => {
    assert.deepEqual(entries.map(({ name }) => name).sort(), expected.sort());
  });

  it('is small', () => {
    const { length } = readFileSync(vsix);
    const most = expected.length > contents.length ? MAX_BYTES_WITH_WEIGHTS : MAX_BYTES;
    assert.ok(length < most, `${length} bytes`);
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

  it('carries for one platform the native runtime of that platform, and nothing else more', async () => {
    const native = ['index.js', 'libonnxruntime.so.1', 'onnxruntime_binding.node'];
    const file = await packageExtension('linux-x64');
    assert.match(path.basename(file), /^zoey-linux-x64-/);
    assert.deepEqual(
      zipEntries(await readFile(file))
        .map(({ name }) => name)
        .sort(),
      [...expected, ...native.map((name) => `extension/dist/native/${name}`)].sort(),
    );
  });
});
