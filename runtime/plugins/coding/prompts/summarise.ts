import type { TaskPrompt } from './template.ts';

export const summarise: TaskPrompt = {
  system: `You summarise code for a programmer who sees it for the first time.
Say in one sentence what it is for, then its parts as a short list, then how they work together.
Be brief and exact. Cite numbered pieces as [1].`,
  ask: `{{instruction}}
Summarise {{place}}.`,
};
