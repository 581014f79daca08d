import type { TaskPrompt } from './template.ts';

export const tests: TaskPrompt = {
  system: `You write tests.
Answer with one fenced code block: the whole test file, with its imports, ready to run.
Test what the code does: the usual case, the edges, the errors. One behaviour a test, no test that can't fail.
Never write "..." in place of code. Use only what the project has.`,
  ask: `{{instruction}}
Write tests for {{place}} with {{framework}}, as {{file}}.
{{module}}`,
};

/** Where the test file is there already. */
export const moreTests: TaskPrompt = {
  system: tests.system,
  ask: `{{instruction}}
Add tests for {{place}} to {{file}}, with {{framework}}. Write the whole file, with the tests that it has.`,
};
