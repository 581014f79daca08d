import path from 'node:path';
import { build } from 'esbuild';

const root = path.join(__dirname, '..', '..', '..');
let bundled: Promise<Map<string, Buffer>> | undefined;

/** The panel as it ships, by file name: built once for all tests, in memory. */
export function panelBundle(): Promise<Map<string, Buffer>> {
  bundled ??= bundle();
  return bundled;
}

async function bundle(): Promise<Map<string, Buffer>> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: { main: 'webview/main.tsx' },
    outdir: 'dist/webview',
    write: false,
    bundle: true,
    platform: 'browser',
    format: 'iife',
    target: 'chrome128',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    loader: { '.ttf': 'file' },
    assetNames: '[name]',
    logLevel: 'silent',
  });
  return new Map(outputFiles.map((file) => [path.basename(file.path), Buffer.from(file.contents)]));
}
