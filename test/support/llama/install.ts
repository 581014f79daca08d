import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

// Gets llama.cpp from npm, for tests alone: the library and the one binary for this machine's processor, about
// 85 MB in a few seconds. All optional packages would be 750 MB of graphics drivers, and the scripts would
// compile llama.cpp.

const run = promisify(execFile);
const folder = __dirname;
const stamp = path.join(folder, 'node_modules', '.zoey-installed');
const lock = path.join(folder, 'node_modules', '.zoey-installing');
const POLL_MS = 200;
/** How long another process may take to install. */
const PATIENCE_MS = 5 * 60_000;

const BINARIES: Record<string, string> = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'darwin-arm64': 'mac-arm64-metal',
  'darwin-x64': 'mac-x64',
  'win32-x64': 'win-x64',
  'win32-arm64': 'win-arm64',
};

let installing: Promise<string> | undefined;

/**
 * Installs what is missing; safe under several callers and several processes.
 * @returns the file to import as node-llama-cpp
 */
export function installLlama(): Promise<string> {
  installing ??= install().catch((error: unknown) => {
    installing = undefined;
    throw error;
  });
  return installing;
}

async function install(): Promise<string> {
  const engine = path.join(folder, 'node_modules', 'node-llama-cpp', 'dist', 'index.js');
  const lockfile = await readFile(path.join(folder, 'package-lock.json'));
  const wanted = `${process.platform}-${process.arch} ${createHash('sha256').update(lockfile).digest('hex')}`;
  await mkdir(path.dirname(stamp), { recursive: true });
  const deadline = Date.now() + PATIENCE_MS;
  while ((await readFile(stamp, 'utf8').catch(() => '')) !== wanted) {
    if (!(await takeLock())) {
      if (Date.now() > deadline) throw new Error(`Another process is installing: see ${lock}.`);
      await sleep(POLL_MS);
      continue;
    }
    try {
      await npmInstall();
      await writeFile(stamp, wanted);
    } finally {
      await rm(lock, { force: true });
    }
  }
  return engine;
}

async function npmInstall(): Promise<void> {
  const binary = BINARIES[`${process.platform}-${process.arch}`];
  if (binary === undefined) throw new Error(`No llama.cpp for ${process.platform} on ${process.arch}.`);
  const manifest: unknown = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
  const { dependencies } = manifest as { dependencies: Record<string, string> };
  const version = dependencies['node-llama-cpp'] ?? '';
  const options = ['--no-save', '--ignore-scripts', '--omit=optional', '--no-audit', '--no-fund'];
  const windows = process.platform === 'win32';
  await run(windows ? 'npm.cmd' : 'npm', ['install', ...options, `@node-llama-cpp/${binary}@${version}`], {
    cwd: folder,
    shell: windows,
  });
}

/** True where this process may install. A lock whose process is gone is taken away. */
async function takeLock(): Promise<boolean> {
  try {
    const file = await open(lock, 'wx');
    await file.writeFile(String(process.pid));
    await file.close();
    return true;
  } catch {
    const owner = Number(await readFile(lock, 'utf8').catch(() => ''));
    if (owner > 0 && !isAlive(owner)) await rm(lock, { force: true });
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
