import type { TaskPrompt } from './template.ts';

export const commit: TaskPrompt = {
  system: `You write the message of a commit.
Answer with the message alone: a subject of at most {{width}} characters, and, only where the change is not plain
from it, an empty line and a short body that says why. No quotes, no code block, no list of files.
{{rules}}`,
  ask: `{{recent}}

{{diff}}

{{instruction}}
Write the message for this change.`,
};
