import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';

/** What the search looks at; the real ones by default. */
export interface Machine {
  platform: NodeJS.Platform;
  env: NodeJS.ProcessEnv;
  home: string;
  exists: (file: string) => Promise<boolean>;
}

const thisMachine: Machine = {
  platform: process.platform,
  env: process.env,
  home: homedir(),
  exists: (file) =>
    access(file).then(
      () => true,
      () => false,
    ),
};

/** True where an Ollama is on the PATH or where its installers put it. An editor's PATH may lack the shell's. */
export async function isOllamaInstalled(machine: Machine = thisMachine): Promise<boolean> {
  for (const file of candidates(machine)) {
    if (await machine.exists(file)) return true;
  }
  return false;
}

function candidates({ platform, env, home }: Machine): string[] {
  const windows = platform === 'win32';
  const { join } = windows ? path.win32 : path.posix;
  const onPath = (env.PATH ?? env.Path ?? '')
    .split(windows ? ';' : ':')
    .filter((folder) => folder !== '')
    .slice(0, 200)
    .map((folder) => join(folder, windows ? 'ollama.exe' : 'ollama'));
  if (windows) {
    const local = env.LOCALAPPDATA ?? join(home, 'AppData', 'Local');
    return [...onPath, join(local, 'Programs', 'Ollama', 'ollama.exe')];
  }
  const common = ['/usr/local/bin/ollama', '/usr/bin/ollama', join(home, '.local/bin/ollama')];
  if (platform !== 'darwin') return [...onPath, ...common, '/snap/bin/ollama'];
  const apps = ['/Applications/Ollama.app', join(home, 'Applications/Ollama.app')];
  return [...onPath, ...common, '/opt/homebrew/bin/ollama', ...apps];
}
