import { WRITE_CHANGES, WRITE_LINES } from './code.ts';
import type { TaskPrompt } from './template.ts';

const ask = `{{diagnostics}}
{{instruction}}
Mend what is reported. Change nothing else.
{{where}}`;

export const fix: TaskPrompt = { system: WRITE_LINES, ask };
export const fixLong: TaskPrompt = { system: WRITE_CHANGES, ask };
