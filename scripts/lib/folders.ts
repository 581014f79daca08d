import os from 'node:os';
import path from 'node:path';

/** The checkout. */
export const root = path.resolve(__dirname, '../..');

interface Machine {
  platform: NodeJS.Platform;
  env: NodeJS.ProcessEnv;
  home: string;
}

const here = (): Machine => ({ platform: process.platform, env: process.env, home: os.homedir() });

/** Where this system keeps what can be fetched again: Zoey's own folder in it. It may not exist yet. */
export function cacheFolder({ platform, env, home }: Machine = here()): string {
  if (platform === 'win32') return path.win32.join(localAppData(env, home), 'zoey', 'cache');
  if (platform === 'darwin') return path.posix.join(home, 'Library/Caches/zoey');
  return path.posix.join(xdg(env.XDG_CACHE_HOME) ?? path.posix.join(home, '.cache'), 'zoey');
}

/** Where this system keeps what a person would miss: Zoey's own folder in it. It may not exist yet. */
export function dataFolder({ platform, env, home }: Machine = here()): string {
  if (platform === 'win32') return path.win32.join(localAppData(env, home), 'zoey', 'data');
  if (platform === 'darwin') return path.posix.join(home, 'Library/Application Support/zoey');
  return path.posix.join(xdg(env.XDG_DATA_HOME) ?? path.posix.join(home, '.local/share'), 'zoey');
}

const localAppData = (env: NodeJS.ProcessEnv, home: string) =>
  env.LOCALAPPDATA || path.win32.join(home, 'AppData', 'Local');

/** The XDG specification: a relative path is invalid and must be ignored. */
const xdg = (value: string | undefined) => (value && path.posix.isAbsolute(value) ? value : undefined);
