// The process that reads, parses and cuts files: none of it may hold the loop of the agent server. It ends with the one
// that started it.
import { type ChunkTask, doTask } from './work.ts';

process.on('message', ({ id, tasks }: { id: number; tasks: ChunkTask[] }) => {
  void Promise.all(tasks.map(doTask)).then(
    (results) => process.send?.({ id, results }),
    (error: unknown) => process.send?.({ id, error: String(error) }),
  );
});
process.once('disconnect', () => process.exit());
