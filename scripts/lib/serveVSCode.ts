import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { VSCode } from './installVSCode.ts';
import { endGroup, run } from './processes.ts';
import { Complaint } from './progress.ts';

export interface ServeOptions {
  vscode: VSCode;
  /** All that this VS Code keeps: settings, extensions, workspace storage. The caller owns it. */
  dataDir: string;
  /** Settings of the person, written when the folder has none yet. */
  settings?: Readonly<Record<string, unknown>>;
  /** 0 for any free port. */
  port?: number;
  /** Needed to open the page; random otherwise. */
  token?: string;
  /** Where installed extensions are; in the data folder otherwise. */
  extensionsDir?: string;
  /** Added to the environment of the server and of its extension hosts. */
  env?: NodeJS.ProcessEnv;
}

/** A VS Code that listens on this machine alone. */
export interface ServedVSCode {
  /** "http://127.0.0.1:PORT" */
  origin: string;
  port: number;
  pid: number;
  dataDir: string;
  /** The page of a folder (absolute path), or of an empty window. */
  page(folder?: string): string;
  /** Resolves when the server has ended, asked or not. */
  ended: Promise<void>;
  /** Ends the server and all that it started. Safe to call again. */
  stop(): Promise<void>;
}

/** VS Code's own chat would open beside ours, and its welcome pages over it. */
const quiet = {
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': 'off',
};

const START_MS = 60_000;

/** Serves a real VS Code on a loopback address and resolves once it listens. */
export async function serveVSCode(options: ServeOptions): Promise<ServedVSCode> {
  const { vscode, dataDir, extensionsDir, port = 0, token = randomBytes(16).toString('hex') } = options;
  await writeSettings(dataDir, { ...quiet, ...options.settings });
  const child = spawn(
    vscode.node,
    [
      `--require=${path.join(__dirname, 'endWithParent.cjs')}`,
      vscode.main,
      '--host=127.0.0.1',
      `--port=${port}`,
      `--connection-token=${token}`,
      '--accept-server-license-terms',
      '--telemetry-level=off',
      `--server-data-dir=${dataDir}`,
      ...(extensionsDir ? [`--extensions-dir=${extensionsDir}`] : []),
    ],
    {
      // What loads TypeScript here must not reach another Node and its extension host.
      env: { ...process.env, NODE_OPTIONS: '', ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
    },
  );
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async () => {
    await endGroup(child);
    await ended;
  };
  const heard = await listening(child).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  const origin = `http://127.0.0.1:${heard}`;
  return {
    origin,
    port: heard,
    pid: child.pid ?? 0,
    dataDir,
    page: (folder) => pageAddress(origin, token, folder),
    ended,
    stop,
  };
}

function listening(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = '';
    const fail = (why: string) => reject(new Complaint(`VS Code ${why}.\n${said}`));
    const timer = setTimeout(() => fail(`did not start within ${START_MS / 1000} s`), START_MS);
    const listen = (chunk: Buffer) => {
      said = (said + String(chunk)).slice(-20_000);
      const port = /Extension host agent listening on (\d+)/.exec(said)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(Number(port));
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('error', (error) => fail(`could not be started: ${error.message}`));
    child.once('close', (code) => {
      clearTimeout(timer);
      fail(`ended with status ${code}`);
    });
  });
}

/** The page of a folder (absolute path), or of an empty window, in the VS Code served at `origin`. */
export function pageAddress(origin: string, token: string, folder?: string): string {
  const query = new URLSearchParams({ tkn: token });
  if (folder === undefined) query.set('ew', 'true');
  else query.set('folder', folder.replaceAll(path.sep, '/'));
  return `${origin}/?${query}`;
}

/** Settings that the person changed since are left alone. */
async function writeSettings(dataDir: string, settings: object): Promise<void> {
  const file = path.join(dataDir, 'data/User/settings.json');
  if (existsSync(file)) return;
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(settings, null, 2)}\n`);
}

/** Installs a VSIX into a data or extensions folder, without a running server. */
export async function installExtension(
  vscode: VSCode,
  vsix: string,
  place: { dataDir: string; extensionsDir?: string },
): Promise<void> {
  const { status, output } = await run(
    vscode.node,
    [
      vscode.main,
      '--accept-server-license-terms',
      `--server-data-dir=${place.dataDir}`,
      ...(place.extensionsDir ? [`--extensions-dir=${place.extensionsDir}`] : []),
      `--install-extension=${vsix}`,
      '--force',
    ],
    { env: { ...process.env, NODE_OPTIONS: '' }, timeoutMs: 120_000 },
  );
  if (status !== 0) throw new Complaint(`VS Code would not install ${vsix}.\n${output}`);
}
