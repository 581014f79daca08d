import { LogEntry } from '../../types/task.ts';
import type { ITaskStore } from '../../types/taskStore.ts';
import { checked, chunks, whole } from '../check.ts';
import { pageByTime, timePage } from '../cursor.ts';
import { insertion } from '../queries/insertion.ts';
import { logQueries } from '../queries/logs.ts';
import { logToRow, rowToLog } from '../taskRows.ts';
import { all, runAll, type Work } from '../work.ts';
import { type AreaParts, orMissing } from './area.ts';

type LogArea = Pick<ITaskStore, 'createLogs' | 'getLogs' | 'deleteLogs'>;

/** Finding the oldest walks over all that are kept, so that it is done once for this part of them. */
const SLACK = 1 / 16;

/** What writes entries of logs, and removes the oldest beyond `keep` of each agent, as part of a transaction. */
export type LogWriter = (entries: readonly LogEntry[], keep: number) => () => Work<void>;

/** One for all areas, since it counts what was added. */
export function logWriter({ queries }: AreaParts): LogWriter {
  const logs = logQueries(queries);
  const insert = insertion(logs.insert);
  /** Entries by agent since the oldest of it were removed. */
  const added = new Map<string, number>();

  /** Whether there may be too many of the agent. At first nobody knows how many there are. */
  function isDue(agentId: string, count: number, keep: number): boolean {
    const before = added.get(agentId);
    const since = (before ?? 0) + count;
    const due = before === undefined || since > keep * SLACK;
    added.set(agentId, due ? 0 : since);
    return due;
  }

  return (entries, keep) => {
    const rows = entries.map((entry) => logToRow(checked(LogEntry, entry)));
    const bound = whole('keep', keep);
    const agents = [...new Set(rows.map((row) => row.agent_id))].filter((agentId) =>
      isDue(agentId, rows.filter((row) => row.agent_id === agentId).length, bound),
    );
    return function* () {
      yield* orMissing('What this entry tells about is gone.', runAll(rows.map(insert)));
      yield* runAll(agents.map((agentId) => logs.trim(agentId, bound)));
    };
  };
}

export function logArea({ store, queries }: AreaParts, write: LogWriter): LogArea {
  const logs = logQueries(queries);

  return {
    async createLogs(entries, keep) {
      if (entries.length > 0) await store.write(entries.length, write(entries, keep));
    },
    async getLogs({ limit, cursor, ...filter }) {
      const query = logs.page({ ...filter, ...timePage({ limit, ...(cursor !== undefined && { cursor }) }) });
      const rows = await store.read(() => all(query));
      return pageByTime(rows, { limit, toItem: rowToLog });
    },
    deleteLogs: (ids) => store.write(ids.length, () => runAll([...chunks(ids)].map(logs.remove))),
  };
}
