import { silentLog } from '../../../runtime/kernel/log.ts';
import { openWorkspaceIndex } from '../../../runtime/storage/index.ts';
import { createWorkspaceIndex, type WorkspaceIndex } from '../../../runtime/workspace/index.ts';
import type { WorkspaceIndexOptions } from '../../../runtime/workspace/indexing/workspaceIndex.ts';

const never = new AbortController().signal;

export interface TestIndexOptions extends Partial<WorkspaceIndexOptions> {
  /** In memory without one. */
  file?: string;
}

/** An index of its own, closed by the caller. */
export function testIndex({ file, ...options }: TestIndexOptions = {}): WorkspaceIndex {
  return createWorkspaceIndex({
    isMade: () => true,
    openStore: (fresh) => openWorkspaceIndex({ fresh, log: silentLog, ...(file !== undefined && { file }) }),
    clock: Date.now,
    log: silentLog,
    ...options,
  });
}

/** Looks at a folder, or at paths in it, until nothing waits. Returns how many files were read. */
export async function bringUpToDate(
  index: WorkspaceIndex,
  root: string,
  { exclude = [], paths }: { exclude?: readonly string[]; paths?: readonly string[] } = {},
): Promise<number> {
  index.ask([{ root, exclude, ...(paths && { paths }) }]);
  const watching = index.watch(never);
  for (;;) {
    const { done, value } = await watching.next();
    if (done) return value.total;
  }
}

/** "path:first-last", best first. */
export async function places(
  index: WorkspaceIndex,
  root: string,
  text: string,
  limit = 5,
): Promise<string[]> {
  const found = await index.search({ roots: [root], text, limit, signal: never });
  return found.map(({ path, startLine, endLine }) => `${path}:${startLine}-${endLine}`);
}
