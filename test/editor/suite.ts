import { mkdir, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { root } from '../../scripts/lib/folders.ts';
import { launchBrowser } from '../support/browser.ts';
import { develop } from '../support/workbench/develop.ts';
import { installedExtension } from '../support/workbench/extension.ts';
import { makeWorkspace, startHost } from '../support/workbench/host.ts';

const source = path.join(root, 'test/editor/suite');
const bundled = path.join(root, 'test/output/suite');
const LIMIT_MS = 5 * 60_000;

/** Small enough to be read in a test, real enough to be edited, searched and watched. */
const workspace = {
  'src/greet.ts': 'export function greet(name: string): string {\n  return name.trim();\n}\n',
  'README.md': '# A workspace for tests\n',
};

/** Runs the tests in test/editor/suite inside the extension host of the chosen VS Code. Returns an exit status. */
export async function runSuite(): Promise<number> {
  await bundle();
  const folder = await makeWorkspace(workspace);
  try {
    const wanted = process.env.VSCODE_TEST_HOST ?? 'server';
    const desktop = wanted === 'server' ? undefined : await findDesktop(wanted === 'desktop');
    return desktop ? await runOnDesktop(desktop, folder) : await runInBrowser(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function bundle(): Promise<void> {
  const names = (await readdir(source)).filter((name) => name === 'index.ts' || name.endsWith('.test.ts'));
  await rm(bundled, { recursive: true, force: true });
  await mkdir(bundled, { recursive: true });
  await build({
    entryPoints: names.map((name) => path.join(source, name)),
    outdir: bundled,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    sourcemap: 'inline',
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
  });
}

async function runInBrowser(folder: string): Promise<number> {
  const { extensionDir } = await installedExtension();
  const host = await startHost();
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    let timer: NodeJS.Timeout | undefined;
    const ended = new Promise<number>((resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no end within ${LIMIT_MS / 1000} s`)), LIMIT_MS);
      // VS Code calls these two in the page that runs tests.
      void page.exposeFunction('codeAutomationLog', (_type: string, parts: unknown[]) => {
        if (process.env.ZOEY_TEST_VERBOSE) process.stderr.write(`${parts.join(' ')}\n`);
      });
      void page.exposeFunction('codeAutomationExit', resolve);
    });
    await develop(page, host.server(), { extension: extensionDir, tests: path.join(bundled, 'index.js') });
    await page.goto(host.server().page(folder));
    return await ended.finally(() => clearTimeout(timer));
  } finally {
    await browser.close();
    await host.close();
  }
}

/** A desktop VS Code: the one that `VSCODE_EXECUTABLE` names, else the newest that can be downloaded. */
async function findDesktop(needed: boolean): Promise<string | undefined> {
  if (process.env.VSCODE_EXECUTABLE) return process.env.VSCODE_EXECUTABLE;
  const { downloadAndUnzipVSCode } = await import('@vscode/test-electron');
  try {
    return await downloadAndUnzipVSCode({ version: 'stable', timeout: 10_000 });
  } catch (error) {
    if (needed) throw error;
    process.stderr.write(`No desktop VS Code can be had (${String(error)}): the served one is used.\n`);
    return undefined;
  }
}

async function runOnDesktop(executable: string, folder: string): Promise<number> {
  const { runTests } = await import('@vscode/test-electron');
  const { extensionDir } = await installedExtension();
  const userData = await realpath(await mkdtemp(path.join(os.tmpdir(), 'zoey-desktop-')));
  try {
    return await runTests({
      vscodeExecutablePath: executable,
      extensionDevelopmentPath: extensionDir,
      extensionTestsPath: path.join(bundled, 'index.js'),
      launchArgs: [
        folder,
        '--disable-extensions',
        `--user-data-dir=${userData}`,
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
    });
  } finally {
    await rm(userData, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}
