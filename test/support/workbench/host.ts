import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type ServedVSCode, serveVSCode } from '../../../scripts/lib/serveVSCode.ts';
import { installedExtension } from './extension.ts';

export interface HostOptions {
  /** Settings of the person, over those that keep a test quiet. */
  settings?: Readonly<Record<string, unknown>>;
  /** Added to the environment of extension hosts. */
  env?: NodeJS.ProcessEnv;
}

/** A VS Code with our extension and a data folder of its own, which is removed at the end. */
export interface TestHost {
  /** The present server; another one after `restart`. */
  server(): ServedVSCode;
  /** Ends the server and starts it again on the same address and data, as after a night. */
  restart(): Promise<void>;
  /**
   * Changes settings of the person. VS Code watches those of the machine alone, so both are written: what
   * is of application scope takes effect at the next reload, all else at once.
   */
  changeSettings(patch: Readonly<Record<string, unknown>>): Promise<void>;
  close(): Promise<void>;
}

const testSettings = {
  'security.workspace.trust.enabled': false,
  'git.enabled': false,
  'workbench.colorTheme': 'Dark Modern',
  'workbench.tips.enabled': false,
  'workbench.reduceMotion': 'on',
  // With the delay that is its default, or less, VS Code hides that a file is not saved yet.
  'files.autoSaveDelay': 1001,
  // Neither is ours, and each takes a process and seconds of it for every file that is opened.
  'typescript.tsserver.useSyntaxServer': 'never',
  'typescript.disableAutomaticTypeAcquisition': true,
};

export async function startHost(options: HostOptions = {}): Promise<TestHost> {
  const { vscode, extensionsDir } = await installedExtension();
  const dataDir = await realpath(await mkdtemp(path.join(os.tmpdir(), 'zoey-vscode-')));
  const serve = (port: number) =>
    serveVSCode({
      vscode,
      dataDir,
      extensionsDir,
      port,
      token: 'test',
      settings: { ...testSettings, ...options.settings },
      ...(options.env && { env: options.env }),
    });
  let server = await serve(0);
  return {
    server: () => server,
    restart: async () => {
      await server.stop();
      server = await serve(server.port);
    },
    changeSettings: async (patch) => {
      for (const layer of ['User', 'Machine']) {
        const file = path.join(dataDir, 'data', layer, 'settings.json');
        const before = await readFile(file, 'utf8').catch(() => '');
        const settings = { ...JSON.parse(before || '{}'), ...patch };
        // At once and never shorter: a VS Code that reads meanwhile must not find half of it, or nothing.
        const text = JSON.stringify(settings, null, 2).padEnd(before.length);
        await mkdir(path.dirname(file), { recursive: true });
        await writeFile(file, text, { flag: before === '' ? 'w' : 'r+' });
      }
    },
    close: async () => {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    },
  };
}

/** Makes a folder with these files, by relative path. The caller removes it. */
export async function makeWorkspace(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'zoey-workspace-')));
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return folder;
}
