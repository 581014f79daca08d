import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, copyFile, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

// Packages that a test or a bench compares with, and the product must not depend on: each set has a folder
// with its own package.json, package-lock.json and .npmrc.

const run = promisify(execFile);

/**
 * Installs the packages that `source` locks, without running their scripts, into the user's cache under
 * `name` and the hash of the lockfile; safe under several processes.
 * @returns the folder that holds `node_modules`
 */
export async function installPackages(source: string, name: string): Promise<string> {
  const lockfile = await readFile(path.join(source, 'package-lock.json'));
  const hash = createHash('sha256').update(lockfile).digest('hex').slice(0, 16);
  const folder = path.join(cacheFolder(), 'zoey-test', `${name}-${hash}`);
  if (await exists(folder)) return folder;
  const draft = `${folder}.${process.pid}`;
  await mkdir(draft, { recursive: true });
  try {
    for (const file of ['package.json', 'package-lock.json', '.npmrc']) {
      await copyFile(path.join(source, file), path.join(draft, file));
    }
    const windows = process.platform === 'win32';
    await run(windows ? 'npm.cmd' : 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: draft,
      shell: windows,
    });
    // Where another process was faster, its folder is as good.
    await rename(draft, folder).catch(async (error: unknown) => {
      if (!(await exists(folder))) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return folder;
}

function cacheFolder(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  return XDG_CACHE_HOME ?? LOCALAPPDATA ?? path.join(homedir(), '.cache');
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
