import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, copyFile, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

// Gets @elizaos/core as published on npm, for its types alone: about 160 MB with what it depends on, kept in
// the user's cache under the hash of the lockfile.

const run = promisify(execFile);

/** Installs what is missing; safe under several processes. Returns the folder that holds `node_modules`. */
export async function installLineage(): Promise<string> {
  const lockfile = await readFile(path.join(__dirname, 'package-lock.json'));
  const hash = createHash('sha256').update(lockfile).digest('hex').slice(0, 16);
  const folder = path.join(cacheFolder(), 'zoey-test', `compat-${hash}`);
  if (await exists(folder)) return folder;
  const draft = `${folder}.${process.pid}`;
  await mkdir(draft, { recursive: true });
  try {
    for (const name of ['package.json', 'package-lock.json', '.npmrc']) {
      await copyFile(path.join(__dirname, name), path.join(draft, name));
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
