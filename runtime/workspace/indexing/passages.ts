import type { Passages } from '../passages.ts';
import type { FoundChunk } from './present.ts';
import type { WorkspaceIndex } from './workspaceIndex.ts';

/** Places of one file that are given at most: an answer should know more than one file. */
const PER_FILE = 3;

/** A folder of the workspace; the first one has no name. */
interface Folder {
  path: string;
  name?: string;
}

/** A path as answers cite it: in a further folder, that folder's name goes before. */
export function placeIn(folders: readonly Folder[], root: string, relative: string): string {
  const name = folders.find((folder) => folder.path === root)?.name;
  return name === undefined ? relative : `${name}/${relative}`;
}

/** Search for passages: by the index where it is made, through the files one by one until then. */
export function indexedPassages(index: WorkspaceIndex, walking: Passages): Passages {
  return {
    async search(root, query, options) {
      const folders: Folder[] = [{ path: root }, ...(options.folders ?? [])];
      if (!(await index.isReady(root))) return walking.search(root, query, options);
      for (const { path } of folders) index.refresh(path, options.exclude ?? []);
      const roots = folders.map(({ path }) => path);
      const { limit, signal } = options;
      const found = await index.search({ roots, text: query, limit: limit * 2, signal });
      const items = someOfEach(found)
        .slice(0, limit)
        .map(({ path, startLine, endLine, text, score, symbol, ...it }) => ({
          path: placeIn(folders, it.root, path),
          startLine,
          endLine,
          text,
          score,
          ...(symbol !== undefined && { symbol }),
        }));
      const { files } = await index.status(roots);
      options.onProgress?.(files);
      return { items, files, complete: true };
    },
  };
}

function someOfEach(found: readonly FoundChunk[]): FoundChunk[] {
  const counts = new Map<string, number>();
  return found.filter(({ root, path }) => {
    const file = `${root}\0${path}`;
    const count = (counts.get(file) ?? 0) + 1;
    counts.set(file, count);
    return count <= PER_FILE;
  });
}
