import * as z from 'zod';
import { ModelInfo, PullProgress } from '../../types/model.ts';
import { ModelStatusReport } from '../schemas.ts';
import { done, type FunctionSpec, modelName } from './spec.ts';

/** "org/name", each a plain name of a folder. */
const hubName = z
  .string()
  .max(200)
  .regex(/^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*$/);

export const modelContract = {
  'models.list': {
    summary: 'List the chat models that the model server has.',
    input: z.object({}),
    output: z.object({ items: z.array(ModelInfo) }),
  },
  'models.status': {
    summary: 'Tell whether a model can answer, and what to do if not.',
    input: z.object({}),
    output: ModelStatusReport,
  },
  'models.select': {
    summary: 'Choose the model that answers in this workspace.',
    input: z.object({ name: modelName }),
    output: ModelStatusReport,
  },
  'models.preload': {
    summary: 'Load the chosen model, so that the first answer starts at once.',
    input: z.object({}),
    output: done,
  },
  'models.pull': {
    summary: 'Let the model server download a model. Cancelling keeps what came; the next call goes on.',
    input: z.object({ name: modelName }),
    output: ModelStatusReport,
    chunk: PullProgress,
  },
  'models.downloadEmbedding': {
    summary:
      'Download an embedding model, checked by hash. Cancelling keeps what came; the next call goes on.',
    input: z.object({
      name: hubName,
      /** For a model that is not pinned in the product. */
      manifest: z
        .object({
          commit: z.string().regex(/^[0-9a-f]{40}$/),
          files: z
            .array(
              z.object({
                path: z
                  .string()
                  .max(200)
                  .regex(/^[A-Za-z0-9][\w.-]*(\/[A-Za-z0-9][\w.-]*)*$/),
                bytes: z.int().min(1).max(4_000_000_000),
                sha256: z.string().regex(/^[0-9a-f]{64}$/),
              }),
            )
            .min(1)
            .max(50),
        })
        .optional(),
    }),
    output: z.object({ bytes: z.int() }),
    chunk: PullProgress,
  },
} as const satisfies Record<string, FunctionSpec>;
