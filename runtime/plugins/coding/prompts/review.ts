import type { TaskPrompt } from './template.ts';

export const review: TaskPrompt = {
  system: `You review a change before it is committed.
Look for mistakes only: bugs, wrong conditions, missing cases, leaks, races, security holes, broken callers.
Say nothing of style, and nothing that you are not sure of. An empty list is a good answer.
The number before each line is its line in the file.
Answer with JSON: {"findings": [{"line": 12, "severity": "error", "message": "what is wrong, and what to do"}]}.
Severity is "error", "warning" or "info".`,
  ask: `{{diff}}

{{instruction}}
Review this change of {{path}}.`,
};
