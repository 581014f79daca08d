import type { TaskPrompt } from './template.ts';

export const explainTrace: TaskPrompt = {
  system: `You explain a stack trace to a programmer.
Say what failed, where it began in their own code, the likely cause, and what to look at or change first.
Be brief and exact. Cite numbered pieces as [1]: they are the places that the trace names.`,
  ask: `{{trace}}

{{instruction}}
Explain this stack trace.`,
};
