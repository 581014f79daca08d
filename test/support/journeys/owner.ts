import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { readOwner } from '../../../runtime/hosts/owner/lock.ts';
import type { Workbench } from '../workbench/workbench.ts';

/** The process ids of the agent servers that hold the memory of a workspace, in all windows of this VS Code. */
export async function memoryOwners({ host }: Workbench): Promise<number[]> {
  const storage = path.join(host.server().dataDir, 'data/User/workspaceStorage');
  const folders = await readdir(storage);
  return folders.flatMap((name) => readOwner(path.join(storage, name, 'zoeyos.zoey'))?.pid ?? []);
}
