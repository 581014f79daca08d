import { WRITE_LINES } from './code.ts';
import type { TaskPrompt } from './template.ts';

export const document: TaskPrompt = {
  system: WRITE_LINES,
  ask: `{{instruction}}
Add {{style}} to what is defined here. Say what it is for, its parameters, what it gives and how it fails.
Do not repeat what the names and types say already. Change no code.
{{where}}`,
};
