// The thread that reads, parses and cuts files: none of it may hold the loop of the agent server.
import { parentPort } from 'node:worker_threads';
import { type ChunkTask, doTask } from './work.ts';

parentPort?.on('message', ({ id, tasks }: { id: number; tasks: ChunkTask[] }) => {
  void Promise.all(tasks.map(doTask)).then(
    (results) => parentPort?.postMessage({ id, results }),
    (error: unknown) => parentPort?.postMessage({ id, error: String(error) }),
  );
});
