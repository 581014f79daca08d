import type { TaskPrompt } from './template.ts';

export const find: TaskPrompt = {
  system: `You help a programmer to find places in their workspace.
Answer in two to four sentences which of the numbered pieces answer the question, and how. Cite them as [1].
Where none does, say so. Do not repeat the code.`,
  ask: `Where in the workspace: {{instruction}}`,
};
