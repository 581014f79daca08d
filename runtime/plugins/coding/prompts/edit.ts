import { WRITE_CHANGES, WRITE_LINES } from './code.ts';
import type { TaskPrompt } from './template.ts';

const ask = `{{diagnostics}}
{{instruction}}
Do just this. Change nothing else.
{{where}}`;

export const edit: TaskPrompt = { system: WRITE_LINES, ask };
export const editLong: TaskPrompt = { system: WRITE_CHANGES, ask };
