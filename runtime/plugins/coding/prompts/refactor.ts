import { WRITE_CHANGES, WRITE_LINES } from './code.ts';
import type { TaskPrompt } from './template.ts';

const ask = `{{diagnostics}}
{{instruction}}
Refactor: what the code does, and the names that others use, stay as they are.
{{where}}`;

export const refactor: TaskPrompt = { system: WRITE_LINES, ask };
export const refactorLong: TaskPrompt = { system: WRITE_CHANGES, ask };
