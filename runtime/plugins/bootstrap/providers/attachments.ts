import type { Provider } from '../../../types/runtime.ts';

/** What the person gave along with the message, in the order it was given. */
export const attachments: Provider = {
  name: 'ATTACHMENTS',
  description: 'What the person gave along with the message.',
  position: 0,
  deadlineMs: 1_000,
  get: async (_runtime, _message, _state, { attachments: given }) => ({
    pieces: given.flatMap(({ path, startLine, endLine, text, memoryId }) =>
      text === undefined
        ? []
        : [
            {
              kind: 'attachment' as const,
              path,
              text,
              ...(startLine !== undefined && { startLine }),
              ...(endLine !== undefined && { endLine }),
              ...(memoryId !== undefined && { memoryId }),
            },
          ],
    ),
  }),
};
