import * as z from 'zod';
import { EmbeddingProgress } from '../../types/recall.ts';
import { FoundItem } from '../schemas.ts';
import type { FunctionSpec } from './spec.ts';

export const recallContract = {
  'recall.search': {
    summary: 'Find what fits a question in memory and in the workspace, the best first.',
    input: z.object({ query: z.string().min(1).max(2000), limit: z.int().min(1).max(50).default(10) }),
    output: z.object({ items: z.array(FoundItem) }),
  },
  'recall.status': {
    summary: 'Tell how many texts have a vector, and how many wait for one.',
    input: z.object({}),
    output: EmbeddingProgress,
  },
  'recall.drain': {
    summary: 'Follow the embedding of what waits until nothing does, or nothing can be done.',
    input: z.object({}),
    output: EmbeddingProgress,
    chunk: EmbeddingProgress,
  },
  'recall.pause': {
    summary: 'Embed nothing until it is resumed, also after a restart. Search goes on.',
    input: z.object({}),
    output: EmbeddingProgress,
  },
  'recall.resume': {
    summary: 'Go on embedding what waits.',
    input: z.object({}),
    output: EmbeddingProgress,
  },
} as const satisfies Record<string, FunctionSpec>;
