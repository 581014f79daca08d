import { createHash } from 'node:crypto';
import * as z from 'zod';
import { type AuditEntry, ChainedAuditEntry } from '../types/audit.ts';
import type { AuditRow } from './queries/schema.ts';

/** A place in the chain: that of an entry, with its hash. */
const Link = z.object({ seq: z.int().min(0), hash: z.string() });
export type Link = z.infer<typeof Link>;

/** What is kept beside the chain: the last entry that went, and the last that was written. */
const Ends = z.object({ anchor: Link, head: Link });
export type Ends = z.infer<typeof Ends>;

/** Where a chain begins that has lost nothing yet. */
export const GENESIS: Link = { seq: 0, hash: '' };

/** Undefined where there is none, or where it can't be read. */
export function parseEnds(json: string | undefined): Ends | undefined {
  if (json === undefined) return undefined;
  try {
    return Ends.parse(JSON.parse(json));
  } catch {
    return undefined;
  }
}

/** The entry as the next one of the chain. */
export function chained(entry: AuditEntry, seq: number, previous: string): AuditRow {
  const { id, at, kind, subject, outcome, count } = entry;
  const row = { seq, id, at, agent_id: entry.agentId, kind, subject, outcome, count, previous };
  return { ...row, hash: hashOf(row) };
}

/** Whether the row is what follows from that place. */
export function follows(row: AuditRow, { seq, hash }: Link): boolean {
  return row.seq === seq + 1 && row.previous === hash && row.hash === hashOf(row);
}

/** Undefined for a row that somebody changed into none of ours. */
export function rowToAudit({ agent_id, ...row }: AuditRow): ChainedAuditEntry | undefined {
  return ChainedAuditEntry.safeParse({ ...row, agentId: agent_id }).data;
}

/** SHA-256 over the fields in a fixed order, as JSON: no two entries have the same text. */
function hashOf(row: Omit<AuditRow, 'hash'>): string {
  const { seq, id, at, agent_id, kind, subject, outcome, count, previous } = row;
  const text = JSON.stringify([previous, seq, id, at, agent_id, kind, subject, outcome, count]);
  return createHash('sha256').update(text).digest('hex');
}
