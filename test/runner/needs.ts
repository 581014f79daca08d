import { readFile } from 'node:fs/promises';
import { installVSCode } from '../../scripts/lib/installVSCode.ts';
import { packageExtension } from '../../scripts/lib/packageExtension.ts';
import { run } from '../../scripts/lib/processes.ts';
import { bringWeights } from '../../scripts/lib/weights.ts';
import { findBrowser, isWanted, WINDOWLESS } from '../support/browser.ts';
import { installLlama } from '../support/llama/install.ts';

/** What suites need beside the dependencies. */
export type Need = 'browser' | 'vscode' | 'extension' | 'llama' | 'weights';

interface Preparation {
  title: string;
  /** Returns why it cannot be had on this machine, if so; throws where getting it failed. */
  prepare(signal: AbortSignal): Promise<string | undefined>;
}

/** How each need is met, once for all suites. */
export const preparations: Readonly<Record<Need, Preparation>> = {
  browser: { title: 'Looking for a browser', prepare: prepareBrowser },
  vscode: {
    title: 'Looking for VS Code',
    prepare: async (signal) => {
      await installVSCode(signal);
      return undefined;
    },
  },
  extension: {
    title: 'Packing the extension',
    prepare: async () => {
      await packageExtension();
      return undefined;
    },
  },
  llama: {
    title: 'Looking for llama.cpp',
    prepare: async () => {
      await installLlama();
      return undefined;
    },
  },
  weights: {
    title: 'Looking for the weights of the embedding model',
    prepare: async (signal) =>
      (await bringWeights(signal)) === undefined ? 'the weights can be had from nowhere here' : undefined,
  },
};

/** An installed browser. On Debian, where this is allowed to install one, the one that shows no window: half the time. */
async function prepareBrowser(signal: AbortSignal): Promise<string | undefined> {
  if (!isWanted(findBrowser()) && (await isDebian()) && process.getuid?.() === 0) {
    await install(WINDOWLESS, signal);
    // An older Debian has the other one alone.
    const failure = findBrowser() === undefined ? await install('chromium', signal) : undefined;
    if (failure !== undefined) throw new Error(failure);
  }
  const found = findBrowser();
  if (found === undefined) return 'no Chromium, Chrome or Edge was found: install one, or set CHROME_PATH';
  process.env.CHROME_PATH = found;
  return undefined;
}

/** Installs a package of Debian. Returns why that failed, if it did. */
async function install(name: string, signal: AbortSignal): Promise<string | undefined> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', name]]) {
    const { status, output } = await run('apt-get', args, { env, signal });
    if (status !== 0) return `apt-get ${args.join(' ')} failed\n${output}`;
  }
  return undefined;
}

/** Debian itself: the package of that name in Ubuntu is a snap, which does not start in a container. */
const isDebian = () =>
  readFile('/etc/os-release', 'utf8').then(
    (text) => /^ID=debian$/m.test(text),
    () => false,
  );
