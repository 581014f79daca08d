import { LogEntry } from '../../types/task.ts';
import type { ITaskStore } from '../../types/taskStore.ts';
import { checked, chunks, whole } from '../check.ts';
import { pageByTime, timePage } from '../cursor.ts';
import { logQueries } from '../queries/logs.ts';
import { logToRow, rowToLog } from '../taskRows.ts';
import { all, runAll, type Work } from '../work.ts';
import { type AreaParts, orMissing } from './area.ts';

type LogArea = Pick<ITaskStore, 'createLogs' | 'getLogs' | 'deleteLogs'>;

export function logArea({ store, queries }: AreaParts): LogArea {
  const logs = logQueries(queries);

  return {
    async createLogs(entries, keep) {
      if (entries.length === 0) return;
      const rows = entries.map((entry) => logToRow(checked(LogEntry, entry)));
      const agents = [...new Set(rows.map((row) => row.agent_id))];
      const bound = whole('keep', keep);
      await store.write(rows.length, function* (): Work<void> {
        yield* orMissing('What this entry tells about is gone.', runAll(rows.map(logs.insert)));
        yield* runAll(agents.map((agentId) => logs.trim(agentId, bound)));
      });
    },
    async getLogs({ limit, cursor, ...filter }) {
      const query = logs.page({ ...filter, ...timePage({ limit, ...(cursor !== undefined && { cursor }) }) });
      const rows = await store.read(() => all(query));
      return pageByTime(rows, { limit, toItem: rowToLog });
    },
    deleteLogs: (ids) => store.write(ids.length, () => runAll([...chunks(ids)].map(logs.remove))),
  };
}
