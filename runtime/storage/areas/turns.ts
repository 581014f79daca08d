import type { IDatabaseAdapter } from '../../types/database.ts';
import { embeddingQueries } from '../queries/embeddings.ts';
import { memoryQueries } from '../queries/memories.ts';
import { roomQueries } from '../queries/rooms.ts';
import { contentColumns, memoryToRow, urgency } from '../rows.ts';
import { run, runAll, type Work } from '../work.ts';
import type { AreaParts } from './area.ts';
import type { LogWriter } from './logs.ts';

type TurnArea = Pick<IDatabaseAdapter, 'beginTurn' | 'endTurn'>;

/** A turn's beginning and its end: what belongs together is one transaction. */
export function turnArea({ store, queries }: AreaParts, writeLog: LogWriter): TurnArea {
  const memories = memoryQueries(queries);
  const embeddings = embeddingQueries(queries);
  const rooms = roomQueries(queries);

  return {
    async beginTurn({ room, memories: items, replaces }) {
      const rows = items.map(memoryToRow);
      return store.write(rows.length + 1, function* (): Work<number> {
        const removed = replaces === undefined ? 0 : yield* run(memories.removeFrom(room.id, replaces));
        yield* runAll(memories.insertAll(rows));
        yield* run(rooms.update(room.id, { updated_at: room.updatedAt }));
        return removed;
      });
    },
    async endTurn({ id, content, updatedAt, log }) {
      const change = { updated_at: updatedAt, ...contentColumns(content) };
      const tell = writeLog([log.entry], log.keep);
      return store.write(2, function* (): Work<boolean> {
        if ((yield* run(memories.updateContent(id, change, urgency(content)))) === 0) return false;
        yield* run(embeddings.removeOther(id, change.content_hash));
        yield* tell();
        return true;
      });
    },
  };
}
