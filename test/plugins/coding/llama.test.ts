import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { applyHunks } from '../../../runtime/types/edit.ts';
import { type Llama, llamaFor } from '../../support/llama/start.ts';
import { aCodingRuntime } from './codingRuntime.ts';

// A real llama.cpp: loading, decoding and streaming are real, the words are canned and fit none of the tasks
// quite. What counts is that each comes to a clear end.

const ADD = 'export function add(a: number, b: number): number {\n  return a - b;\n}\n';
const DIFF = `diff --git a/add.ts b/add.ts
--- a/add.ts
+++ b/add.ts
@@ -1,3 +1,3 @@
 export function add(a: number, b: number): number {
-  return a - b;
+  return a + b;
 }
`;

describe('coding tasks with a real llama.cpp', () => {
  let llama: Llama;
  let given: Awaited<ReturnType<typeof aCodingRuntime>>;

  before(async function () {
    llama = await llamaFor(this, { reply: `Add both:\n\n\`\`\`ts\n${ADD.replace('-', '+')}\`\`\`\n` });
    given = await aCodingRuntime({ files: { 'add.ts': ADD }, settings: { ollamaUrl: llama.url } });
  });
  after(async () => {
    await given?.close();
    await llama?.stop();
  });

  const target = { path: 'add.ts', text: ADD, selection: { startLine: 1, endLine: 3 } };

  it('explain: the words, as they came', async () => {
    const { result, chunks } = await given.run({ task: 'explain', target });
    assert.ok(result.kind === 'text');
    assert.match(result.text, /^Add both:/);
    assert.equal(result.model, llama.model);
    const said = chunks.map((chunk) => (chunk.type === 'text' ? chunk.delta : '')).join('');
    assert.equal(said.trim(), result.text);
  });

  it('commit: a subject in one line, without code', async () => {
    const { result } = await given.run({ task: 'commit', diff: DIFF, style: ['Add the sums'] });
    assert.ok(result.kind === 'message');
    assert.match(result.message, /^[^\n`]+(\n\n|$)/);
  });

  it('edit: a change that fits the file, or a refusal in words; the file on disk stays as it is', async () => {
    const outcome = await given.run({ task: 'edit', target, instruction: 'Add.' }).then(
      ({ result }) => result,
      (error: { code: string; message: string }) => error,
    );
    if ('kind' in outcome) {
      assert.ok(outcome.kind === 'edit');
      assert.equal(applyHunks(ADD, outcome.edit), ADD.replace('-', '+'));
    } else assert.equal(outcome.code, 'unusable_answer', outcome.message);
    assert.equal(await readFile(path.join(given.folder, 'add.ts'), 'utf8'), ADD);
  });
});
