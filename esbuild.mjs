// Builds everything that ships into dist/. `--watch` rebuilds on change, `--minify` is for the package.
import { cp, mkdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { context } from 'esbuild';

const require = createRequire(import.meta.url);
require('tsx/cjs/api').register();
const { asciiOutput } = require('./scripts/lib/asciiOutput.ts');
const { copyOnnxRuntime, embedderBundle } = require('./scripts/lib/embedderBundle.ts');
const { copyWeights } = require('./scripts/lib/weights.ts');
const flags = new Set(process.argv.slice(2));
const common = {
  bundle: true,
  sourcemap: flags.has('--minify') ? false : 'linked',
  minify: flags.has('--minify'),
  legalComments: 'none',
  logLevel: 'warning',
};
const node = {
  ...common,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['vscode'],
  // zod looks for Cloudflare there, and VS Code logs an error for each extension that looks.
  define: { navigator: 'undefined' },
  plugins: [asciiOutput],
};

const bundles = [
  { ...node, entryPoints: { extension: 'extension/activate.ts' }, outdir: 'dist' },
  { ...node, entryPoints: { server: 'runtime/hosts/languageServer.ts' }, outdir: 'dist' },
  {
    ...node,
    entryPoints: { chunker: 'runtime/workspace/chunk/worker.ts' },
    outdir: 'dist',
    // Its libraries are modules that look where they lie.
    banner: { js: "const moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
    define: { ...node.define, 'import.meta.url': 'moduleUrl' },
  },
  { ...node, entryPoints: { cli: 'runtime/hosts/cli.ts' }, outdir: 'dist' },
  { ...common, ...embedderBundle, outdir: 'dist' },
  {
    ...common,
    entryPoints: { main: 'webview/main.tsx' },
    outdir: 'dist/webview',
    platform: 'browser',
    format: 'iife',
    target: 'chrome128',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    loader: { '.ttf': 'file' },
    assetNames: '[name]',
  },
];

await rm('dist', { recursive: true, force: true });
await mkdir('dist/sql.js', { recursive: true });
// sql.js ships byte for byte: the server checks its hash before it trusts the order of its imports.
for (const file of ['sql-wasm.js', 'sql-wasm.wasm']) {
  await cp(require.resolve(`sql.js/dist/${file}`), `dist/sql.js/${file}`);
}

// What the chunker parses with.
const grammars = path.dirname(require.resolve('@repomix/tree-sitter-wasms/out/tree-sitter-c.wasm'));
await cp(grammars, 'dist/grammars', { recursive: true });
await cp(require.resolve('web-tree-sitter/web-tree-sitter.wasm'), 'dist/grammars/web-tree-sitter.wasm');
await copyOnnxRuntime('dist');
await copyWeights('dist/models');

for (const options of bundles) {
  const build = await context(options);
  if (flags.has('--watch')) await build.watch();
  else {
    await build.rebuild();
    await build.dispose();
  }
}
