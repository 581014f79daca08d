import type { Reference } from '../../../runtime/types/memory.ts';
import { uuid } from './conversations.ts';

/** A question and an answer as they come from a good day: every kind of block once. */
export const references: Reference[] = [
  {
    number: 1,
    kind: 'code',
    path: 'src/net/client.ts',
    startLine: 40,
    endLine: 62,
    text: 'for (let attempt = 0; ; attempt++) {\n  try {\n    return await send(request);\n  } catch (error) {\n    await delay(100 * 2 ** attempt);\n  }\n}',
    score: 0.91,
  },
  {
    number: 2,
    kind: 'code',
    path: 'src/net/very/deep/folder/with/a/long/name/options.ts',
    startLine: 3,
    endLine: 9,
    text: 'export interface Options {\n  retries: number;\n}',
    score: 0.64,
  },
  {
    number: 3,
    kind: 'memory',
    memoryId: uuid(77),
    text: 'Retries are capped at five in this project.',
    score: 0.58,
  },
];

export const retryAnswer = `The loop never lowers its counter, so it **retries forever** when the server keeps refusing [1]. The project's rule is five attempts [3].

## What to change

1. Stop after \`options.retries\` attempts.
2. Rethrow the last error, so that callers see it.

\`\`\`ts src/net/client.ts:40-48
// Gives up after the last attempt and says why.
for (let attempt = 0; attempt < options.retries; attempt++) {
  try {
    return await send(request, { signal, timeout: 30_000, keepAlive: true });
  } catch (error) {
    if (attempt === options.retries - 1) throw error;
    await delay(100 * 2 ** attempt);
  }
}
\`\`\`

| attempt | wait |
|---|---:|
| 1 | 100 ms |
| 2 | 200 ms |

> The option is read once, when the client is made [2].

See [client.ts](src/net/client.ts#L40) and the [notes](https://example.org/backoff).`;
