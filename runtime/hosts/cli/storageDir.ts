import { createHash } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';

/**
 * Where the command line keeps the memory of a workspace unless it is told: the system's folder for data,
 * and in it one folder per workspace. `workspace` is a real path, so that a link leads to the same memory.
 */
export function defaultStorageDir(workspace: string, machine: Machine = here()): string {
  const key = createHash('sha256').update(workspace).digest('hex').slice(0, 32);
  return path.join(dataFolder(machine), 'zoey', 'workspaces', key);
}

interface Machine {
  env: NodeJS.ProcessEnv;
  platform: NodeJS.Platform;
  home: string;
}

const here = (): Machine => ({ env: process.env, platform: process.platform, home: os.homedir() });

/** Where this system keeps what programs store for a person. */
export function dataFolder({ env, platform, home }: Machine = here()): string {
  // The specification tells to ignore a path that is not absolute.
  const chosen = env.XDG_DATA_HOME;
  if (chosen !== undefined && path.isAbsolute(chosen)) return chosen;
  if (platform === 'win32') return env.LOCALAPPDATA ?? path.join(home, 'AppData', 'Local');
  return platform === 'darwin'
    ? path.join(home, 'Library', 'Application Support')
    : path.join(home, '.local', 'share');
}
