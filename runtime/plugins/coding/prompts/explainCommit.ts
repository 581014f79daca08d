import type { TaskPrompt } from './template.ts';

export const explainCommit: TaskPrompt = {
  system: `You explain a commit to a programmer.
Say what it changes and why, as far as the change shows it, then what a reader should look at with care.
Be brief and exact. Name files and functions.`,
  ask: `{{diff}}

{{instruction}}
Explain this commit.`,
};
