import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A folder made for one test, with these files in it. */
export async function makeTree(files: Record<string, string | Buffer>): Promise<string> {
  const root = await realpath(await mkdtemp(path.join(tmpdir(), 'zoey-tree-')));
  await addFiles(root, files);
  return root;
}

export async function addFiles(root: string, files: Record<string, string | Buffer>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(root, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

export async function removeTree(root: string): Promise<void> {
  await rm(root, { recursive: true, force: true });
}

export const never = new AbortController().signal;
