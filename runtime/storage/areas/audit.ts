import { setImmediate as afterEvents } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { throwIfAborted } from '../../kernel/errors.ts';
import { type AuditCheck, AuditEntry, type IAuditStore } from '../../types/audit.ts';
import { chained, type Ends, follows, GENESIS, type Link, parseEnds, rowToAudit } from '../auditChain.ts';
import { checked, chunks, whole } from '../check.ts';
import { idPage, pageById } from '../cursor.ts';
import { auditQueries } from '../queries/audit.ts';
import type { AuditRow } from '../queries/schema.ts';
import { settingQueries } from '../queries/settings.ts';
import { all, first, run, runAll, type Work } from '../work.ts';
import type { AreaParts } from './area.ts';

/** Where the ends of the chain are kept among the settings, where nothing else is called so. */
const ENDS = 'audit.chain';
/** Entries that are checked at once. */
const SLICE = 500;
/** How often a chain is looked at that others write to meanwhile, before it is called broken. */
const LOOKS = 3;

/** What was done: a chain that only grows, and goes at its old end when it is too long. */
export function auditArea({ store, queries }: AreaParts): IAuditStore {
  const audit = auditQueries(queries);
  const settings = settingQueries(queries);

  function* ends(): Work<Ends | undefined> {
    return parseEnds((yield* first(settings.get(ENDS)))?.value);
  }

  const keepEnds = (value: Ends) => run(settings.set(ENDS, JSON.stringify(value)));

  function* unknown(entries: readonly AuditEntry[]): Work<AuditEntry[]> {
    const known = new Set<string>();
    for (const part of chunks(entries.map(({ id }) => id))) {
      for (const { id } of yield* all(audit.known(part))) known.add(id);
    }
    return entries.filter(({ id }) => !known.has(id));
  }

  function* append(entries: readonly AuditEntry[], keep: number): Work<void> {
    const fresh = yield* unknown(entries);
    if (fresh.length === 0) return;
    const { anchor, head } = (yield* ends()) ?? { anchor: GENESIS, head: GENESIS };
    // Where somebody added rows by hand they stay, and the chain tells of it.
    let seq = Math.max(head.seq, (yield* first(audit.last()))?.seq ?? 0);
    let { hash } = head;
    const rows = fresh.map((entry) => {
      const row = chained(entry, ++seq, hash);
      hash = row.hash;
      return row;
    });
    // First, since two processes meet here: the database lets one go on, and the other begins anew after it.
    yield* keepEnds({ anchor, head: { seq, hash } });
    yield* runAll(rows.map(audit.insert));
    const cut = seq - keep;
    if (cut <= anchor.seq) return;
    const last = yield* first(audit.at(cut));
    yield* run(audit.trim(cut));
    yield* keepEnds({ anchor: { seq: cut, hash: last?.hash ?? '' }, head: { seq, hash } });
  }

  const following = (from: number | undefined) => store.read(() => all(audit.following(from, SLICE)));

  return {
    async appendAudit(entries, keep) {
      const valid = entries.map((entry) => checked(AuditEntry, entry));
      const bound = whole('keep', keep);
      await store.write(valid.length, () => append(valid, bound));
    },
    async getAudit({ limit, cursor }) {
      const query = audit.page(idPage({ limit, ...(cursor !== undefined && { cursor }) }));
      const rows = await store.read(() => all(query));
      const { items, next } = pageById(rows, { limit, toItem: rowToAudit, idOf: ({ id }) => id });
      const readable = items.filter((item) => item !== undefined);
      return { items: readable, ...(next !== undefined && { next }) };
    },
    async checkAudit(signal) {
      let known = await store.read(ends);
      for (let look = 1; ; look++) {
        const check = await walk(following, known, signal);
        if (check.intact || look >= LOOKS) return check;
        const now = await store.read(ends);
        if (isDeepStrictEqual(now, known)) return check;
        known = now;
      }
    },
  };
}

/** Whether each row follows from the one before it, from the anchor to the head. */
async function walk(
  following: (from: number | undefined) => Promise<AuditRow[]>,
  known: Ends | undefined,
  signal: AbortSignal,
): Promise<AuditCheck> {
  const { anchor, head } = known ?? { anchor: GENESIS, head: GENESIS };
  let place: Link = anchor;
  let from: number | undefined;
  for (;;) {
    throwIfAborted(signal);
    const rows = await following(from);
    for (const row of rows) {
      const isOther = row.seq === head.seq && row.hash !== head.hash;
      if (known === undefined || isOther || !follows(row, place)) {
        return { intact: false, firstBroken: row.id };
      }
      place = row;
    }
    if (rows.length < SLICE) return { intact: place.seq >= head.seq };
    from = place.seq;
    await afterEvents();
  }
}
