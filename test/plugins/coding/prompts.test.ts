import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ZoeyError } from '../../../runtime/kernel/errors.ts';
import type { Input } from '../../../runtime/protocol/contract.ts';
import { CodingTask } from '../../../runtime/types/coding.ts';
import { aCodingRuntime } from './codingRuntime.ts';

// What a model is told, word for word, is in test/fixtures/prompts: `UPDATE_PROMPTS=1 npx mocha THIS` writes it anew.
const folder = path.join(__dirname, '../../fixtures/prompts');

const TEXT = `import { log } from './log';

export function add(a: number, b: number): number {
  return a - b;
}

export function twice(a: number): number {
  return add(a, a);
}
`;
const DIFF = `diff --git a/src/add.ts b/src/add.ts
--- a/src/add.ts
+++ b/src/add.ts
@@ -3,3 +3,3 @@
 export function add(a: number, b: number): number {
-  return a + b;
+  return a - b;
 }
`;
const target = {
  path: 'src/add.ts',
  text: TEXT,
  languageId: 'typescript',
  selection: { startLine: 3, endLine: 5 },
};
const diagnostics = [
  {
    message: 'It subtracts.',
    code: '7',
    source: 'check',
    startLine: 4,
    endLine: 4,
    related: [{ path: 'src/log.ts', line: 1, message: 'It is logged here.' }],
  },
];
const symbols = [
  {
    kind: 'definition' as const,
    name: 'log',
    path: 'src/log.ts',
    startLine: 1,
    endLine: 1,
    text: "export const log = 'ghp_a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2';",
  },
  {
    kind: 'signature' as const,
    name: 'add',
    path: 'src/add.ts',
    startLine: 3,
    endLine: 3,
    text: 'function add(a: number, b: number): number',
  },
  {
    kind: 'reference' as const,
    name: 'add',
    path: 'src/sum.ts',
    startLine: 8,
    endLine: 10,
    text: 'for (const one of all) {\n  sum = add(sum, one);\n}',
  },
];

const REQUESTS: Record<CodingTask, Omit<Input<'coding.run'>, 'task'>> = {
  explain: { target, symbols },
  ask: { target, instruction: 'What does it give for 1 and 2?', symbols },
  find: { instruction: 'where is twice' },
  summarise: { target: { path: 'src/add.ts', text: TEXT } },
  explainTrace: { trace: 'Error: no\n    at twice (/w/src/add.ts:8:10)\n' },
  explainCommit: { diff: DIFF, instruction: 'Turn it around' },
  fix: { target, diagnostics, symbols },
  refactor: { target, instruction: 'Make it an arrow function.', symbols },
  edit: { target, instruction: 'Take any number of arguments.', symbols },
  document: { target, symbols },
  tests: { target, symbols },
  generate: {
    target: { path: 'src/add.ts', text: TEXT, cursor: { line: 6, character: 0 } },
    instruction: 'Thrice.',
  },
  rename: { target, instruction: 'add', symbols },
  review: { diff: DIFF },
  commit: { diff: DIFF, style: ['Keep the sign', 'Say why'] },
};

describe('prompts', () => {
  let given: Awaited<ReturnType<typeof aCodingRuntime>>;
  beforeEach(async () => {
    given = await aCodingRuntime({
      answers: ['ok'],
      files: {
        'package.json': '{"devDependencies":{"mocha":"12"}}',
        'src/add.ts': TEXT,
        'src/log.ts': 'export const log = 1;\n',
        'test/log.test.ts': "import { log } from '../src/log.ts';\n",
      },
    });
  });
  afterEach(() => given.close());

  for (const task of CodingTask.options) {
    it(`${task}: what the model is told`, async () => {
      await given.run({ task, ...REQUESTS[task] }).catch((error: unknown) => {
        assert.equal(ZoeyError.from(error).code, 'unusable_answer', String(error));
      });
      const { messages = [], options } = given.asked()[0] ?? {};
      const text = messages.map(({ role, content }) => `--- ${role} ---\n${content}\n`).join('\n');
      const file = path.join(folder, `${task}.txt`);
      if (process.env.UPDATE_PROMPTS === '1') writeFileSync(file, text);
      assert.equal(text, readFileSync(file, 'utf8'));
      assert.equal(options?.num_ctx, 8192);
      assert.ok(text.length < 6_000, `${text.length} characters are much for a small window`);
    });
  }
});
