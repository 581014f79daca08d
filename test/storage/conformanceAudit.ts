import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AuditCheck, AuditEntry } from '../../runtime/types/audit.ts';
import type { IDatabaseAdapter } from '../../runtime/types/database.ts';
import { all, isCode } from '../support/storage/pages.ts';
import { agent, auditEntry, id, room } from '../support/storage/samples.ts';

/** What every database of the house does with the audit. */
export function auditConformance(database: () => IDatabaseAdapter): void {
  let db: IDatabaseAdapter;
  beforeEach(() => {
    db = database();
  });
  const append = (numbers: readonly number[], keep = 100) =>
    db.appendAudit(
      numbers.map((number) => auditEntry(number)),
      keep,
    );
  const list = () => all((cursor) => db.getAudit({ limit: 2, ...(cursor && { cursor }) }));
  const listed = async (): Promise<string[]> => (await list()).map((entry) => entry.id);
  const check = (): Promise<AuditCheck> => db.checkAudit(new AbortController().signal);

  describe('the audit', () => {
    it('is empty and intact at first', async () => {
      await append([]);
      assert.deepEqual(await list(), []);
      assert.deepEqual(await check(), { intact: true });
    });

    it('lists the latest first, page by page, in the order of writing and not of ids', async () => {
      await append([5, 3]);
      await append([9, 1, 7]);
      assert.deepEqual(await listed(), [7, 1, 9, 3, 5].map(id));
      assert.deepEqual(await check(), { intact: true });
      const [{ hash, ...latest } = { hash: '' }] = await list();
      assert.deepEqual(latest, auditEntry(7));
      assert.match(hash, /^[0-9a-f]{64}$/);
    });

    it('leaves an entry that exists as it is', async () => {
      await append([1, 2]);
      const before = await list();
      await db.appendAudit([auditEntry(1, { subject: 'OTHER' }), auditEntry(2)], 100);
      assert.deepEqual(await list(), before);
    });

    it('takes names, and no text, path or line', async () => {
      const odd = ['', 'a\nb', '/home/ann', '../up', 'a/b/c', 'x'.repeat(101), 'what? I said', '"quoted"'];
      for (const subject of odd) {
        await assert.rejects(
          db.appendAudit([auditEntry(1, { subject })], 9),
          isCode('invalid_input'),
          subject,
        );
      }
      for (const [n, subject] of [
        'SEND_MESSAGE',
        'memory.forget',
        '@me/word-count',
        'Word count',
      ].entries()) {
        await db.appendAudit([auditEntry(10 + n, { subject })], 9);
      }
      assert.equal((await list()).length, 4);
    });

    it('keeps the newest, and stays a chain from where it was cut', async () => {
      const script = fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 6 })), {
        maxLength: 6,
      });
      let number = 1_000;
      const kept: AuditEntry[] = [];
      await fc.assert(
        fc.asyncProperty(script, async (steps) => {
          for (const [count, keep] of steps) {
            const entries = Array.from({ length: count }, () => auditEntry(++number));
            await db.appendAudit(entries, keep);
            kept.push(...entries);
            kept.splice(0, Math.max(0, kept.length - keep));
            assert.deepEqual(await listed(), kept.map((entry) => entry.id).reverse());
            assert.deepEqual(await check(), { intact: true });
          }
        }),
        { numRuns: 12 },
      );
    });

    it('is checked over more than it reads at once, and stops when it is told to', async () => {
      await append(
        Array.from({ length: 1_001 }, (_, n) => n + 1),
        5_000,
      );
      assert.deepEqual(await check(), { intact: true });
      await assert.rejects(db.checkAudit(AbortSignal.abort()), isCode('cancelled'));
    });

    it('stays whole where many write at once', async () => {
      await Promise.all(Array.from({ length: 20 }, (_, n) => append([n + 1])));
      assert.equal((await list()).length, 20);
      assert.deepEqual(await check(), { intact: true });
    });

    it('stays when the room and the agent go', async () => {
      await db.createAgent(agent(0xa));
      await db.createRoom(room(1));
      await append([1]);
      await db.deleteRoom(id(1), 1);
      await db.purgeRooms(2);
      await db.deleteAgent(id(0xa));
      assert.deepEqual(await listed(), [id(1)]);
    });

    it('is broken where its end is no longer known', async () => {
      await append([1, 2]);
      await db.setSetting('audit.chain', null);
      assert.deepEqual(await check(), { intact: false, firstBroken: id(1) });
      await append([3]);
      assert.deepEqual(await check(), { intact: false, firstBroken: id(3) });
      assert.deepEqual(await listed(), [3, 2, 1].map(id));
    });
  });
}
