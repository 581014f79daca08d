import * as z from 'zod';
import type { Page, PageQuery } from './page.ts';
import { Timestamp, Uuid } from './primitives.ts';

/** `forget`: memories were removed. `plugin`: one of the person's own was loaded. `character`: who answers changed. */
const AuditKind = z.enum(['action', 'forget', 'plugin', 'character']);

/** `refused`: it was shown and not allowed. */
const AuditOutcome = z.enum(['completed', 'failed', 'refused']);

/** The name of an action, a function or a plugin: in one line, and never a path. */
export const AuditSubject = z.string().regex(/^@?[\w][\w. -]{0,98}(?:\/[\w.-]{1,99})?$/);

/** Something that was done for good or that matters for trust. Never what it was about. */
export const AuditEntry = z.object({
  id: Uuid,
  at: Timestamp,
  agentId: Uuid,
  kind: AuditKind,
  subject: AuditSubject,
  outcome: AuditOutcome,
  /** How many: memories, fields; 1 otherwise. */
  count: z.int().min(0).max(2_147_483_647),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

/** An entry in its chain: `hash` is a SHA-256 in hex, of the entry and of the hash before it. */
export const ChainedAuditEntry = AuditEntry.extend({ hash: z.string().regex(/^[0-9a-f]{64}$/) });
export type ChainedAuditEntry = z.infer<typeof ChainedAuditEntry>;

/** Whether each entry that is kept follows from the one before it, and none is missing. */
export interface AuditCheck {
  intact: boolean;
  /** The id of the first entry that does not follow; absent where those at the end are missing. */
  firstBroken?: string;
}

/** What was done, for the person to look at. Nothing changes an entry, and nothing removes one by itself. */
export interface IAuditStore {
  /**
   * One transaction, in this order; an id that exists already is left as it is. Afterwards the newest `keep`
   * are there, and the chain begins at the hash of the last one that went.
   */
  appendAudit(entries: readonly AuditEntry[], keep: number): Promise<void>;
  /** The latest first. What was changed by hand so that it can't be read is left out. */
  getAudit(query: PageQuery): Promise<Page<ChainedAuditEntry>>;
  /** Computes the whole chain anew, in slices. */
  checkAudit(signal: AbortSignal): Promise<AuditCheck>;
}
