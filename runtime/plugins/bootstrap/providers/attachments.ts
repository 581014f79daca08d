import type { Provider } from '../../../types/components.ts';

/** What the person gave along with the message, in the order it was given. */
export const attachments: Provider = {
  name: 'ATTACHMENTS',
  position: 0,
  deadlineMs: 1_000,
  get: async ({ attachments: given }) =>
    given.flatMap(({ path, startLine, endLine, text }) =>
      text === undefined
        ? []
        : [
            {
              kind: 'attachment' as const,
              path,
              text,
              ...(startLine !== undefined && { startLine }),
              ...(endLine !== undefined && { endLine }),
            },
          ],
    ),
};
