import type { TaskPrompt } from './template.ts';

export const rename: TaskPrompt = {
  system: `You suggest names in code.
Answer with JSON: {"names": ["best", "second", "third"]}. Three to five names that say what the thing is, in the
style of the present name. Nothing else.`,
  ask: `Suggest better names for \`{{instruction}}\` in {{place}}.`,
};
