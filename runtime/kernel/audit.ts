import { type AuditEntry, AuditSubject, type IAuditStore } from '../types/audit.ts';
import type { Uuid } from '../types/primitives.ts';
import type { Clock } from './clock.ts';
import { ZoeyError } from './errors.ts';
import { uuidv7 } from './ids.ts';
import type { Log } from './log.ts';

/** How many entries are kept. */
const KEEP = 100_000;

/** What is to be written down: completed and 1, unless it says otherwise. */
type Deed = Pick<AuditEntry, 'kind' | 'subject'> & Partial<Pick<AuditEntry, 'outcome' | 'count'>>;

/** Writes down what was done. It never fails: what could not be written is told in the log. */
export type Audit = (deed: Deed) => Promise<void>;

interface AuditOptions {
  database: Pick<IAuditStore, 'appendAudit'>;
  agentId: Uuid;
  clock: Clock;
  log: Log;
}

export function createAudit({ database, agentId, clock, log }: AuditOptions): Audit {
  return async ({ kind, subject, outcome = 'completed', count = 1 }) => {
    const at = clock();
    // Plugins name their parts as they like.
    const name = AuditSubject.safeParse(subject).success ? subject : 'unnamed';
    const entry = { id: uuidv7(at), at, agentId, kind, subject: name, outcome, count };
    try {
      await database.appendAudit([entry], KEEP);
    } catch (error) {
      log.error(`the audit lacks an entry (${kind}): ${ZoeyError.from(error).message}`);
    }
  };
}
