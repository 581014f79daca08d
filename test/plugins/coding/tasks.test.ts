import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { applyHunks } from '../../../runtime/types/edit.ts';
import { aCodingRuntime, chatAnswer } from './codingRuntime.ts';

// The model is a server that answers from a script in Ollama's form: what it says is invented.

const ADD = `import { log } from './log';

export function add(a: number, b: number): number {
  return a - b;
}

export function twice(a: number): number {
  return add(a, a);
}
`;
const fence = (code: string, language = 'ts') => `\`\`\`${language}\n${code}\n\`\`\``;
const FIXED = fence('export function add(a: number, b: number): number {\n  return a + b;\n}');
const diagnostic = { message: 'Wrong sign', code: '42', source: 'ts', startLine: 4, endLine: 4 };

async function edited(
  given: Awaited<ReturnType<typeof aCodingRuntime>>,
  request: Parameters<typeof given.run>[0],
) {
  const { result, chunks } = await given.run(request);
  assert.equal(result.kind, 'edit');
  assert.ok(result.kind === 'edit');
  const before = request.target?.text ?? '';
  return { edit: result.edit, after: applyHunks(before, result.edit), result, chunks };
}

describe('coding tasks', () => {
  let given: Awaited<ReturnType<typeof aCodingRuntime>>;
  afterEach(() => given.close());

  it('fix: the definition around the problem is written anew, and nothing on disk changes', async () => {
    given = await aCodingRuntime({ answers: [FIXED], files: { 'src/add.ts': ADD } });
    const target = { path: 'src/add.ts', text: ADD, languageId: 'typescript' };
    const { edit, after, chunks } = await edited(given, { task: 'fix', target, diagnostics: [diagnostic] });
    assert.equal(after, ADD.replace('a - b', 'a + b'));
    assert.deepEqual(
      edit.hunks.map(({ startLine, endLine }) => [startLine, endLine]),
      [[4, 4]],
    );
    const asked = given.asked()[0]?.messages?.at(-1)?.content ?? '';
    assert.match(asked, /of="src\/add.ts:3-5"[\s\S]*line 4: error: Wrong sign \(ts 42\)/);
    assert.equal(chunks.map((chunk) => (chunk.type === 'text' ? chunk.delta : '')).join(''), FIXED);
    assert.equal(await readFile(path.join(given.folder, 'src/add.ts'), 'utf8'), ADD);
  });

  it('an answer that leaves code out is asked for once more, and told why; the second is refused', async () => {
    given = await aCodingRuntime({ answers: [fence('// ... existing code ...'), FIXED] });
    const request = {
      task: 'fix' as const,
      target: { path: 'src/add.ts', text: ADD, selection: { startLine: 3, endLine: 5 } },
      diagnostics: [diagnostic],
    };
    const { chunks } = await edited(given, request);
    assert.ok(chunks.some((chunk) => chunk.type === 'again' && /leaves code out/.test(chunk.reason)));
    assert.match(given.asked()[1]?.messages?.at(-1)?.content ?? '', /An earlier answer leaves code out/);
    await given.close();
    given = await aCodingRuntime({ answers: [fence('// ... existing code ...')] });
    await assert.rejects(given.run(request), { code: 'unusable_answer', message: /leaves code out/ });
    assert.equal(given.asked().length, 2);
  });

  it('edit: a long file is changed by search and replace', async () => {
    const text = `${ADD}${'// a remark\n'.repeat(300)}`;
    const answer = '<<<<<<< SEARCH\n  return a - b;\n=======\n  return a + b;\n>>>>>>> REPLACE\nDone.';
    given = await aCodingRuntime({ answers: [answer] });
    const target = { path: 'src/add.ts', text };
    const { after } = await edited(given, { task: 'edit', target, instruction: 'Add.' });
    assert.equal(after, text.replace('a - b', 'a + b'));
    assert.match(given.asked()[0]?.messages?.[0]?.content ?? '', /<<<<<<< SEARCH/);
  });

  it('document: what changes code is left out', async () => {
    const answer = fence(
      '/** Adds. */\nexport function add(a: number, b: number): number {\n  return a + b;\n}',
    );
    given = await aCodingRuntime({ answers: [answer] });
    const target = {
      path: 'src/add.ts',
      text: ADD,
      languageId: 'typescript',
      selection: { startLine: 3, endLine: 3 },
    };
    const { after, edit } = await edited(given, { task: 'document', target });
    assert.equal(after, ADD.replace('export function add', '/** Adds. */\nexport function add'));
    assert.match(edit.notes.join(), /changed code in 1 place/);
  });

  it('generate: at the cursor, at its depth', async () => {
    const text = 'function f() {\n  \n}\n';
    given = await aCodingRuntime({ answers: [fence('const a = 1;\nreturn a;')] });
    const target = { path: 'f.ts', text, cursor: { line: 2, character: 2 } };
    const { after } = await edited(given, { task: 'generate', target, instruction: 'one' });
    assert.equal(after, 'function f() {\n  const a = 1;\n  return a;\n}\n');
    assert.match(given.asked()[0]?.messages?.at(-1)?.content ?? '', /function f\(\) \{\n {2}<cursor>\n\}/);
  });

  it('tests: in the framework, the folder and the manner of the project', async () => {
    given = await aCodingRuntime({
      answers: [fence("import { add } from '../src/add';\nit('adds', () => {});")],
      files: {
        'package.json': '{"devDependencies":{"vitest":"3"}}',
        'src/add.ts': ADD,
        'src/log.ts': 'export const log = 1;\n',
        'test/log.spec.ts': "import { log } from '../src/log';\nit('logs', () => {});\n",
      },
    });
    const { edit, after } = await edited(given, { task: 'tests', target: { path: 'src/add.ts' } });
    assert.equal(edit.path, 'test/add.spec.ts');
    assert.equal(edit.newFile, true);
    assert.match(after ?? '', /^import \{ add \}.*\n.*\n$/);
    const asked = given.asked()[0]?.messages?.at(-1)?.content ?? '';
    assert.match(asked, /with Vitest, as test\/add\.spec\.ts/);
    assert.match(asked, /of="\[\d+\] test\/log\.spec\.ts:1-2"/);
  });

  it('rename: names in the style of the present one', async () => {
    given = await aCodingRuntime({
      answers: ['{"names": ["totalPrice", "sum total", "total_price", "2bad", "x"]}'],
    });
    const target = { path: 'a.py', text: 'x_y = 1\n' };
    const { result } = await given.run({ task: 'rename', target, instruction: 'x_y' });
    assert.deepEqual(result.kind === 'names' && result.names, ['total_price', 'sum_total', 'x']);
    assert.ok(given.asked()[0]?.format);
  });

  it('review: findings on lines that the change shows, and files that are left out', async () => {
    const diff = [
      'diff --git a/src/add.ts b/src/add.ts',
      '--- a/src/add.ts',
      '+++ b/src/add.ts',
      '@@ -3,3 +3,3 @@',
      ' export function add(a: number, b: number): number {',
      '-  return a + b;',
      '+  return a - b;',
      ' }',
      'diff --git a/.env b/.env',
      '--- a/.env',
      '+++ b/.env',
      '@@ -1 +1 @@',
      '-TOKEN=a',
      '+TOKEN=ghp_a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2',
      '',
    ].join('\n');
    const answer =
      "{'findings': [{line: 4, severity: 'high', message: 'Subtracts'}, {line: 6, severity: 'nit', message: 'Near'}, " +
      "{line: 90, severity: 'error', message: 'Nowhere'}]}";
    given = await aCodingRuntime({ answers: [answer] });
    const { result } = await given.run({ task: 'review', diff });
    assert.ok(result.kind === 'findings');
    assert.deepEqual(result.findings, [
      { path: 'src/add.ts', line: 4, severity: 'error', message: 'Subtracts' },
      { path: 'src/add.ts', line: 4, severity: 'info', message: 'Near' },
    ]);
    const place = { kind: 'code', path: 'src/add.ts', startLine: 4, endLine: 4, text: '  return a - b;' };
    assert.deepEqual(result.references, [
      { number: 1, ...place },
      { number: 2, ...place },
    ]);
    assert.deepEqual(result.skipped, ['.env']);
    assert.ok(!JSON.stringify(given.asked()).includes('TOKEN'));
  });

  it('commit: in the style of the latest subjects', async () => {
    const diff = 'diff --git a/a.ts b/a.ts\n--- a/a.ts\n+++ b/a.ts\n@@ -1 +1 @@\n-a\n+b\n';
    given = await aCodingRuntime({ answers: ['```\nFix: Correct the sign.\n```'] });
    const style = ['fix(parser): keep the end', 'feat: add a flag', 'Merge branch x', 'docs: say why'];
    const { result } = await given.run({ task: 'commit', diff, style });
    assert.equal(result.kind === 'message' && result.message, 'fix: correct the sign');
    assert.match(given.asked()[0]?.messages?.[0]?.content ?? '', /Begin with a type and a colon/);
    assert.match(given.asked()[0]?.messages?.at(-1)?.content ?? '', /fix\(parser\): keep the end/);
  });

  it('find and explainTrace: places without a model', async () => {
    given = await aCodingRuntime({ files: { 'src/add.ts': ADD, 'src/log.ts': 'export const log = 1;\n' } });
    const found = await given.run({ task: 'find', instruction: 'where is twice' });
    assert.ok(found.result.kind === 'places');
    assert.equal(found.result.references[0]?.path, 'src/add.ts');
    assert.equal(found.result.text, '');
    const trace =
      'Error: no\n    at twice (/home/someone/work/src/add.ts:8:10)\n    at node:internal/main:1:1\n';
    const traced = await given.run({ task: 'explainTrace', trace });
    assert.ok(traced.result.kind === 'places');
    assert.deepEqual(
      traced.result.references.map(({ path: where, number }) => [where, number]),
      [['src/add.ts', 1]],
    );
  });

  it('without a model: a clear word, and what works without', async () => {
    given = await aCodingRuntime();
    await assert.rejects(given.run({ task: 'explain', target: { path: 'a.ts', text: 'x' } }), {
      code: 'no_model',
      message: 'No model is connected.',
      hint: /Finding in the workspace works without one/,
    });
  });

  it('explain and summarise: words with references, the file cut where it does not fit', async () => {
    given = await aCodingRuntime({
      answers: ['It adds [1].'],
      files: { 'src/add.ts': ADD, 'lib/b.ts': '// Bees.\nexport function bee() {}\n' },
      settings: { contextTokens: 2048 },
    });
    const target = { path: 'src/add.ts', text: ADD, selection: { startLine: 7, endLine: 9 } };
    const { result } = await given.run({ task: 'explain', target });
    assert.ok(result.kind === 'text');
    assert.equal(result.text, 'It adds [1].');
    assert.equal(result.references[0]?.path, 'src/add.ts');
    const long = await given.run({
      task: 'summarise',
      target: { path: 'a.ts', text: 'const a = 1;\n'.repeat(2_000) },
    });
    assert.ok(long.result.kind === 'text' && long.result.dropped.length > 0);
    await given.run({ task: 'summarise', target: { path: '.' } });
    assert.match(
      given.asked().at(-1)?.messages?.at(-1)?.content ?? '',
      /lib\/b\.ts\nsrc\/add\.ts[\s\S]*defines bee/,
    );
  });

  it('stop closes the socket to the model', async () => {
    given = await aCodingRuntime({
      answers: [
        { type: 'application/x-ndjson', body: '{"message":{"content":"It "},"done":false}\n', hold: 'open' },
      ],
    });
    const stop = new AbortController();
    const target = { path: 'a.ts', text: 'x' };
    const running = given.call(
      'coding.run',
      { task: 'explain', target },
      { signal: stop.signal, onChunk: (chunk) => chunk.type === 'text' && stop.abort() },
    );
    await assert.rejects(running, { code: 'cancelled' });
    await given.closed();
  });

  it('a secret file is never shown, a secret in a file is', async () => {
    given = await aCodingRuntime({ answers: ['ok'] });
    await assert.rejects(given.run({ task: 'explain', target: { path: '.env', text: 'A=1' } }), {
      code: 'invalid_input',
    });
    await given.run({
      task: 'explain',
      target: { path: 'a.ts', text: `const t = 'ghp_${'a1B2'.repeat(9)}';` },
    });
    assert.ok(!JSON.stringify(given.asked()).includes('ghp_'));
  });

  it('too many lines for the window are refused with figures', async () => {
    given = await aCodingRuntime({ answers: ['ok'], settings: { contextTokens: 1024 } });
    const target = { path: 'a.ts', text: 'const a = 1;\n'.repeat(1_000) };
    await assert.rejects(given.run({ task: 'explain', target }), {
      code: 'invalid_input',
      message: /about \d+ tokens, and the model has room for 1024/,
    });
  });

  it('an answer that ran out of room is not applied', async () => {
    given = await aCodingRuntime({ answers: [chatAnswer('```ts\nexport function add(', 'length')] });
    const target = { path: 'src/add.ts', text: ADD, selection: { startLine: 3, endLine: 5 } };
    await assert.rejects(given.run({ task: 'refactor', target }), {
      code: 'unusable_answer',
      message: /cut off/,
    });
  });
});
