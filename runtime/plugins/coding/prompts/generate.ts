import type { TaskPrompt } from './template.ts';

export const generate: TaskPrompt = {
  system: `You write code at the cursor of an editor.
Answer with one fenced code block that holds only the new lines, and nothing of what is there already.
Write all of it: never "..." in place of code. Keep the style of the file.`,
  ask: `{{instruction}}
Write the lines that belong at <cursor>.`,
};
