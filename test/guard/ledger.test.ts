import assert from 'node:assert/strict';
import { createLedger } from '../../runtime/guard/ledger.ts';
import { uuidv7 } from '../../runtime/kernel/ids.ts';
import { createLog } from '../../runtime/kernel/log.ts';
import type { LedgerEntry } from '../../runtime/types/database.ts';

const entry = (purpose: string, more: Partial<LedgerEntry> = {}): LedgerEntry => ({
  id: uuidv7(),
  at: Date.now(),
  method: 'GET',
  url: 'http://127.0.0.1:11434/api/tags',
  purpose,
  status: 200,
  ms: 1,
  bytesOut: 0,
  bytesIn: 10,
  ...more,
});

/** Nobody answered. */
const silence = (at: number, more: Partial<LedgerEntry> = {}) =>
  entry('status', { at, status: 0, bytesIn: 0, ...more });

/** A ledger over rows by id, as storage keeps them. */
function stored() {
  const rows = new Map<string, LedgerEntry>();
  const ledger = createLedger({
    write: async (entries) => {
      for (const row of entries) rows.set(row.id, row);
    },
    log: createLog(() => assert.fail('nothing to log')),
  });
  return { ledger, rows };
}

describe('ledger', () => {
  it('stores what was recorded, in order, once', async () => {
    const stored: string[] = [];
    const ledger = createLedger({
      write: async (entries) => void stored.push(...entries.map(({ purpose }) => purpose)),
      log: createLog(() => assert.fail('nothing to log')),
    });
    ledger.record(entry('a'));
    ledger.record(entry('b'));
    await ledger.flush();
    await ledger.flush();
    assert.deepEqual(stored, ['a', 'b']);
  });

  it('keeps entries while storage fails, says so, and stores them later', async () => {
    const stored: string[] = [];
    const logged: string[] = [];
    let broken = true;
    const ledger = createLedger({
      async write(entries) {
        if (broken) throw new Error('disk full');
        stored.push(...entries.map(({ purpose }) => purpose));
      },
      log: createLog((level, message) => logged.push(`${level}: ${message}`)),
    });
    ledger.record(entry('a'));
    await ledger.flush();
    broken = false;
    ledger.record(entry('b'));
    await ledger.flush();
    assert.deepEqual(stored, ['a', 'b']);
    assert.deepEqual(logged, ['warn: the ledger was not stored: disk full']);
  });

  it('counts looks in a row that nobody answered in one entry, with the time of the last', async () => {
    const { ledger, rows } = stored();
    for (const at of [1, 2, 3]) {
      ledger.record(silence(at));
      if (at === 2) await ledger.flush();
    }
    ledger.record(entry('status', { at: 4 }));
    ledger.record(silence(5));
    await ledger.flush();
    assert.deepEqual(
      [...rows.values()].map(({ at, purpose, status }) => [at, purpose, status]),
      [
        [3, 'status (3 times)', 0],
        [4, 'status', 200],
        [5, 'status', 0],
      ],
    );
  });

  it('tells one by one of what was answered, sent something, or went elsewhere', async () => {
    const { ledger, rows } = stored();
    for (const at of [1, 2]) ledger.record(entry('status', { at }));
    for (const at of [3, 4]) ledger.record(silence(at, { method: 'POST', bytesOut: 5 }));
    ledger.record(silence(5));
    ledger.record(silence(6, { url: 'http://127.0.0.1:8080/api/version' }));
    ledger.record(silence(7, { purpose: 'list models' }));
    await ledger.flush();
    assert.equal(rows.size, 7);
  });

  it('keeps the count through a failure of storage', async () => {
    let broken = true;
    const rows = new Map<string, LedgerEntry>();
    const ledger = createLedger({
      async write(entries) {
        if (broken) throw new Error('disk full');
        for (const row of entries) rows.set(row.id, row);
      },
      log: createLog(() => {}),
    });
    for (const at of [1, 2, 3]) {
      ledger.record(silence(at));
      await ledger.flush();
    }
    broken = false;
    await ledger.flush();
    assert.deepEqual(
      [...rows.values()].map(({ purpose }) => purpose),
      ['status (3 times)'],
    );
  });
});
