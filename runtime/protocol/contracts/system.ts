import * as z from 'zod';
import { ChainedAuditEntry } from '../../types/audit.ts';
import { Timestamp } from '../../types/primitives.ts';
import { EmbeddingProgress, EmbeddingStatus } from '../../types/recall.ts';
import { cursor, type FunctionSpec, limit, page } from './spec.ts';

export const systemContract = {
  'privacy.ledger': {
    summary: 'List the requests that left this process, newest first, without their content.',
    input: z.object({ limit }),
    output: z.object({
      items: z.array(
        z.object({
          at: Timestamp,
          method: z.string(),
          url: z.string(),
          purpose: z.string(),
          status: z.int(),
          ms: z.number(),
          bytesOut: z.int(),
          bytesIn: z.int(),
        }),
      ),
    }),
  },
  'privacy.audit': {
    summary:
      'List what was done for good, newest first, without its content; tell whether it was changed by hand.',
    input: z.object({ limit, cursor }),
    output: page(ChainedAuditEntry.omit({ agentId: true })).extend({
      /** Whether all that is kept, not this page alone, follows one from another. */
      intact: z.boolean(),
      /** The first entry that does not; absent where the last ones are missing. */
      firstBroken: z.string().optional(),
    }),
  },
  status: {
    summary: 'Tell what runs where, and how much is kept.',
    input: z.object({}),
    output: z.object({
      version: z.string(),
      pid: z.int(),
      /** False where no folder is open: memory is then shared by all windows without one. */
      workspace: z.boolean(),
      storage: z.object({
        bytes: z.int(),
        rooms: z.int(),
        memories: z.int(),
        schemaVersion: z.int(),
        file: z.string().optional(),
        /** The database server that keeps it, where it is not a file. */
        database: z
          .object({
            kind: z.literal('postgres'),
            version: z.string(),
            /** Host, port and name; never a user or a password. */
            place: z.string(),
            schema: z.string(),
            /** How vectors are compared: by the extension in the database, or all of them one by one. */
            vectors: z.enum(['pgvector', 'exact']),
            /** The version of the extension. */
            extension: z.string().optional(),
          })
          .optional(),
        /** What the last start had to repair, in words. */
        notice: z.string().optional(),
      }),
      uptimeMs: z.number(),
      embedding: EmbeddingStatus,
      recall: EmbeddingProgress,
      /** What of your own could not be used, in words: a character, plugins. */
      notices: z.array(z.string()),
    }),
  },
} as const satisfies Record<string, FunctionSpec>;
