import type { Output } from '../../protocol/contract.ts';
import { placeIn } from '../../workspace/index.ts';
import { type CallContext, defineFunction } from '../define.ts';
import { foldersOf, readableFolders } from './folders.ts';

const search = defineFunction(
  'workspace.search',
  async ({ query, limit, path, languages }, { runtime, caller, signal }) => {
    const folders = readableFolders(caller);
    const { workspaceIndex } = runtime;
    for (const folder of folders) workspaceIndex.refresh(folder.path, caller.settings.exclude);
    const roots = folders.map((folder) => folder.path);
    const found = await workspaceIndex.search({
      text: query,
      roots,
      limit,
      signal,
      ...(path !== undefined && { path }),
      ...(languages && { languages }),
    });
    const ready = await Promise.all(roots.map((root) => workspaceIndex.isReady(root)));
    return {
      items: found.map(({ root, ...item }) => ({ ...item, path: placeIn(folders, root, item.path) })),
      complete: ready.every(Boolean),
    };
  },
);

const index = defineFunction('workspace.index', async function* ({ rebuild, paths }, context) {
  const { runtime, caller, signal } = context;
  const { exclude } = caller.settings;
  const requests = readableFolders(caller).map((folder) => ({
    root: folder.path,
    exclude,
    ...(paths && { paths }),
  }));
  if (rebuild) await runtime.workspaceIndex.rebuild(requests);
  else runtime.workspaceIndex.ask(requests);
  yield* runtime.workspaceIndex.watch(signal);
  return report(context);
});

const status = defineFunction('workspace.status', (_input, context) => report(context));

const pause = defineFunction('workspace.pause', async (_input, context) => {
  await context.runtime.workspaceIndex.pause();
  return report(context);
});

const resume = defineFunction('workspace.resume', async (_input, context) => {
  await context.runtime.workspaceIndex.resume();
  return report(context);
});

function report({ runtime, caller }: CallContext): Promise<Output<'workspace.status'>> {
  return runtime.workspaceIndex.status(foldersOf(caller).map((folder) => folder.path));
}

export const workspaceFunctions = [search, index, status, pause, resume] as const;
