// From opening the parts of an index to its first answer: `recallChild.ts FILE DIMS`. Prints one JSON line.
import { silentLog } from '../../runtime/kernel/log.ts';
import { openTextIndex } from '../../runtime/recall/text/textIndex.ts';
import { openVectorIndex } from '../../runtime/recall/vectors/vectorIndex.ts';
import { openWorkspaceIndex } from '../../runtime/storage/workspaceIndex/index.ts';
import { clusteredVectors } from '../support/vectors.ts';

const LIMIT = 50;

async function main(): Promise<void> {
  const [file = '', dims] = process.argv.slice(2);
  const [asked] = [...clusteredVectors({ count: 1, clusters: 1, dims: Number(dims), noise: 2 })];
  const store = await openWorkspaceIndex({ file, log: silentLog });
  const start = performance.now();
  const text = await openTextIndex({ store: store.blobs, prefix: 'text/', schema: '1' });
  text.search(['const', 'return', 'index', 'open'], { limit: LIMIT });
  const words = performance.now() - start;
  const vectors = await openVectorIndex({
    store: store.blobs,
    prefix: 'vectors/',
    dims: Number(dims),
    schema: '1',
  });
  vectors.search(asked?.[1] ?? new Float32Array(0), { limit: LIMIT });
  const both = performance.now() - start;
  console.log(JSON.stringify({ words, both }));
  await store.close();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
