import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * The one folder for the memory of a workspace. On a remote machine VS Code gives each further window on the
 * same workspace a storage of its own beside the first, "ID-1" to "ID-9", also where the first window is only
 * about to end: the memory would seem empty there. Ours is made to be shared, by its own lock.
 */
export function sharedStorage(folder: string): string {
  const own = path.dirname(folder);
  const first = path.basename(own).replace(/(?<=.)-[1-9]$/, '');
  const shared = path.join(path.dirname(own), first);
  return existsSync(path.join(shared, 'vscode.lock')) ? path.join(shared, path.basename(folder)) : folder;
}
