import { existsSync } from 'node:fs';
import path from 'node:path';
import { run } from './processes.ts';
import { step } from './progress.ts';

const onMac = '/Applications/Visual Studio Code.app/Contents/Resources/app/bin/code';

/** The command line of a desktop VS Code: on the PATH, or where macOS keeps it. */
export function findCode(): string | undefined {
  const name = process.platform === 'win32' ? 'code.cmd' : 'code';
  const onPath = (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => path.join(folder, name));
  return [...onPath, ...(process.platform === 'darwin' ? [onMac] : [])].find((file) => existsSync(file));
}

/** Installs the VSIX into the person's VS Code and opens the folder there. False where it would not. */
export async function openDesktop(code: string, vsix: string, folder: string): Promise<boolean> {
  return (
    (await runCode('Installing Zoey in VS Code', code, ['--install-extension', vsix, '--force'])) &&
    (await runCode(`Opening ${folder}`, code, ['--new-window', folder]))
  );
}

async function runCode(title: string, code: string, args: readonly string[]): Promise<boolean> {
  const { status, output } = await step(title, () => run(code, args, { timeoutMs: 120_000 }));
  if (status === 0) return true;
  process.stdout.write(`${output}\n"${code}" failed, so a VS Code of its own is served instead.\n`);
  return false;
}
