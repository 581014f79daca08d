import type { TaskPrompt } from './template.ts';

export const ask: TaskPrompt = {
  system: `You answer a programmer's question about their code.
Use what is quoted, and cite numbered pieces as [1]. Say so where it is not enough to answer.
Be brief and exact.`,
  ask: `{{diagnostics}}
The question is about {{place}}:
{{instruction}}`,
};
