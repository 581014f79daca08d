import type { IDatabaseAdapter } from '../../types/database.ts';
import { JsonValue } from '../../types/primitives.ts';
import { ledgerQueries } from '../queries/ledger.ts';
import { settingQueries } from '../queries/settings.ts';
import { entryToRow, rowToEntry } from '../rows.ts';
import { all, first, run, runAll } from '../work.ts';
import type { AreaParts } from './area.ts';

type KeepingArea = Pick<IDatabaseAdapter, 'getSetting' | 'setSetting' | 'writeLedger' | 'getLedger'>;

/** Settings, and the ledger of requests. */
export function keepingArea({ store, queries }: AreaParts): KeepingArea {
  const settings = settingQueries(queries);
  const ledger = ledgerQueries(queries);

  return {
    async getSetting(key) {
      const row = await store.read(() => first(settings.get(key)));
      return row && JsonValue.parse(JSON.parse(row.value));
    },
    async setSetting(key, value) {
      const query = value === null ? settings.remove(key) : settings.set(key, JSON.stringify(value));
      await store.write(1, () => run(query));
    },
    async writeLedger(entries, keep) {
      const rows = entries.map(entryToRow);
      await store.write(rows.length, () => runAll([...rows.map(ledger.put), ledger.trim(keep)]));
    },
    async getLedger(limit) {
      const rows = await store.read(() => all(ledger.newest(limit)));
      return rows.map(rowToEntry);
    },
  };
}
