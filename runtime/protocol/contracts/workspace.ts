import * as z from 'zod';
import type { FunctionSpec } from './spec.ts';

/** How far the index is with what it is at. */
const IndexProgress = z.object({
  state: z.enum(['idle', 'indexing', 'paused']),
  /** Files of the work at hand, and those of them that are done. */
  done: z.int(),
  total: z.int(),
});

const IndexStatus = IndexProgress.extend({
  /** Whether all files were seen once. Until then questions go through the files one by one. */
  ready: z.boolean(),
  files: z.int(),
  chunks: z.int(),
  /** Chunks that have no vector yet. */
  waiting: z.int(),
  /** Chunks whose embedding was given up. */
  failed: z.int(),
  /** What the index takes on disk. */
  bytes: z.int(),
});

const FoundPlace = z.object({
  /** Relative to the folder, with forward slashes; in a further folder, that folder's name goes before. */
  path: z.string(),
  /** Lines count from 1; both ends belong to it. In a PDF they count in its text. */
  startLine: z.int(),
  endLine: z.int(),
  text: z.string(),
  /** Comparable within one search only. */
  score: z.number(),
  language: z.string(),
  symbol: z.string().optional(),
  /** Of a PDF, from 1. */
  page: z.int().optional(),
});

export const workspaceContract = {
  'workspace.search': {
    summary: 'Find places in the files of the workspace by words and by meaning, the best first.',
    input: z.object({
      query: z.string().min(1).max(2000),
      limit: z.int().min(1).max(50).default(10),
      /** A folder, a file, or a glob with * and ?. */
      path: z.string().min(1).max(500).optional(),
      /** As editors name them: "typescript", "markdown". */
      languages: z.array(z.string().min(1).max(50)).min(1).max(50).optional(),
    }),
    output: z.object({
      items: z.array(FoundPlace),
      /** False where the index is not made yet: only what it has so far was searched. */
      complete: z.boolean(),
    }),
  },
  'workspace.index': {
    summary: 'Bring the index of the workspace up to date, and follow it. Leaving does not stop it.',
    input: z.object({
      /** Throw the index away first. */
      rebuild: z.boolean().default(false),
      /** What was changed, absolute or relative to the folder; all is looked at without it. */
      paths: z.array(z.string().min(1).max(4000)).max(10_000).optional(),
    }),
    output: IndexStatus,
    chunk: IndexProgress,
  },
  'workspace.status': {
    summary: 'Tell how much of the workspace is indexed, and what waits.',
    input: z.object({}),
    output: IndexStatus,
  },
  'workspace.pause': {
    summary: 'Index nothing until it is resumed, also after a restart. Search goes on.',
    input: z.object({}),
    output: IndexStatus,
  },
  'workspace.resume': {
    summary: 'Go on indexing what waits.',
    input: z.object({}),
    output: IndexStatus,
  },
} as const satisfies Record<string, FunctionSpec>;
