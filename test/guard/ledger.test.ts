import assert from 'node:assert/strict';
import { createLedger } from '../../runtime/guard/ledger.ts';
import { uuidv7 } from '../../runtime/kernel/ids.ts';
import { createLog } from '../../runtime/kernel/log.ts';
import type { LedgerEntry } from '../../runtime/types/database.ts';

const entry = (purpose: string): LedgerEntry => ({
  id: uuidv7(),
  at: Date.now(),
  method: 'GET',
  url: 'http://127.0.0.1:11434/api/tags',
  purpose,
  status: 200,
  ms: 1,
  bytesOut: 0,
  bytesIn: 10,
});

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
});
