import { createHash } from 'node:crypto';

/**
 * The address of the database as the agent is given it: unless it names a schema itself, one of this workspace
 * alone, so that no workspace reaches the memory of another. `workspace` is anything that tells them apart.
 */
export function ofWorkspace(address: string, workspace: string): string {
  if (!URL.canParse(address)) return address;
  const url = new URL(address);
  if (url.searchParams.has('schema')) return address;
  const key = createHash('sha256').update(workspace).digest('hex').slice(0, 16);
  url.searchParams.set('schema', `zoey_${key}`);
  return url.href;
}
