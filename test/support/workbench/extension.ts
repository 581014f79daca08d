import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { root } from '../../../scripts/lib/folders.ts';
import { installVSCode, type VSCode } from '../../../scripts/lib/installVSCode.ts';
import { packageExtension } from '../../../scripts/lib/packageExtension.ts';
import { installExtension } from '../../../scripts/lib/serveVSCode.ts';

export interface InstalledExtension {
  vscode: VSCode;
  /** The folder to give to each VS Code under test, so that each need not install again. */
  extensionsDir: string;
  /** Where our extension lies in it. */
  extensionDir: string;
}

let installing: Promise<InstalledExtension> | undefined;

/**
 * Packs the extension where it changed, and installs the VSIX as a person would: what is tested is what
 * ships. `ZOEY_VSIX` names one that was packed before. Done once in a process.
 */
export function installedExtension(): Promise<InstalledExtension> {
  installing ??= install();
  return installing;
}

async function install(): Promise<InstalledExtension> {
  const vsix = process.env.ZOEY_VSIX ?? (await packageExtension());
  const vscode = await installVSCode();
  const { mtimeMs, size } = await stat(vsix);
  const output = path.join(root, 'test/output');
  const extensionsDir = path.join(output, `extensions-${Math.round(mtimeMs)}-${size}`);
  await mkdir(output, { recursive: true });
  const present = await readdir(output);
  if (!present.includes(path.basename(extensionsDir))) {
    for (const old of present.filter((name) => name.startsWith('extensions-'))) {
      await rm(path.join(output, old), { recursive: true, force: true });
    }
    const draft = await mkdtemp(path.join(output, '.extensions-'));
    const dataDir = await mkdtemp(path.join(output, '.data-'));
    await installExtension(vscode, vsix, { dataDir, extensionsDir: draft });
    await rename(draft, extensionsDir).catch(async (error: unknown) => {
      // Another process, for tests that run beside these, was first.
      if (!(await readdir(output)).includes(path.basename(extensionsDir))) throw error;
      await rm(draft, { recursive: true, force: true, maxRetries: 3 });
    });
    await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
  }
  const folders = (await readdir(extensionsDir, { withFileTypes: true })).filter((entry) =>
    entry.isDirectory(),
  );
  const [folder] = folders;
  if (folder === undefined || folders.length > 1)
    throw new Error(`expected one extension in ${extensionsDir}`);
  return { vscode, extensionsDir, extensionDir: path.join(extensionsDir, folder.name) };
}
