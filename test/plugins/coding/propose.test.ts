import assert from 'node:assert/strict';
import type { Input } from '../../../runtime/protocol/contract.ts';
import { applyHunks } from '../../../runtime/types/edit.ts';
import { aCodingRuntime } from './codingRuntime.ts';

const ADD =
  'export function add(a, b) {\n  return a - b;\n}\n\nexport function twice(a) {\n  return add(a, a);\n}\n';
const CODE = 'export function add(a, b) {\n  return a + b;\n}';
const OTHER = 'export function log(text) {\n  console.log(text);\n}\n';

describe('applying a block of an answer', () => {
  let given: Awaited<ReturnType<typeof aCodingRuntime>>;
  before(async () => {
    given = await aCodingRuntime({
      files: { 'src/add.js': ADD, 'src/log.js': OTHER, 'lib/util.js': OTHER, 'test/util.js': OTHER },
    });
  });
  after(() => given.close());

  const propose = (proposal: Input<'coding.propose'>) =>
    given.call('coding.propose', proposal, { workspace: given.folder });
  const open = [
    { path: 'src/log.js', text: OTHER, languageId: 'javascript', active: true },
    { path: 'src/add.js', text: ADD, languageId: 'javascript' },
  ];

  for (const [how, proposal] of [
    ['the words before it', { code: CODE, before: 'Some words.\n\nIn `src/add.js`, change this:' }],
    ['its first line', { code: `// src/add.js\n${CODE}` }],
    ['its fence', { code: CODE, language: 'js:src/add.js' }],
    ['a bare name that only one file has', { code: CODE, before: 'Change **add.js**:' }],
    ['what the open files hold', { code: CODE, language: 'js', open }],
    ["the person's choice", { code: CODE, path: 'src/add.js' }],
  ] as const) {
    it(`finds the file by ${how}`, async () => {
      const result = await propose({ ...proposal, open: 'open' in proposal ? [...proposal.open] : [] });
      assert.ok(result.kind === 'edit', JSON.stringify(result));
      assert.equal(result.edit.path, 'src/add.js');
      assert.equal(applyHunks(ADD, result.edit), ADD.replace('a - b', 'a + b'));
    });
  }

  it('asks where several files have the name, or nothing tells', async () => {
    const named = await propose({ code: OTHER.replace('text', 'word'), before: 'In `util.js`:' });
    assert.deepEqual(named.kind === 'unsure' && named.candidates.map(({ path }) => path), [
      'lib/util.js',
      'test/util.js',
    ]);
    const lost = await propose({ code: 'const z = 1;', language: 'js', open });
    assert.equal(lost.kind, 'unsure');
  });

  it('offers a new file for a path that is not there, and makes it of the choice', async () => {
    const asked = await propose({ code: 'export const a = 1;', before: 'Create `src/new/a.js`:' });
    assert.deepEqual(asked.kind === 'unsure' && asked.candidates[0]?.newFile, true);
    const chosen = await propose({ code: 'export const a = 1;', path: 'src/new/a.js' });
    assert.ok(chosen.kind === 'edit' && chosen.edit.newFile);
    assert.equal(applyHunks('', chosen.edit), 'export const a = 1;\n');
  });

  it('adds at the end what the file has nothing like, and says so', async () => {
    const result = await propose({
      code: 'export function half(a) {\n  return a / 2;\n}',
      path: 'src/add.js',
    });
    assert.ok(result.kind === 'edit');
    assert.match(result.edit.notes.join(), /added at the end/);
    assert.equal(applyHunks(ADD, result.edit), `${ADD}\nexport function half(a) {\n  return a / 2;\n}\n`);
  });

  it('uses what the editor shows, not what is on disk', async () => {
    const text = ADD.replace('a - b', 'a * b');
    const result = await propose({ code: CODE, path: 'src/add.js', open: [{ path: 'src/add.js', text }] });
    assert.ok(result.kind === 'edit');
    assert.equal(applyHunks(text, result.edit), ADD.replace('a - b', 'a + b'));
    assert.equal(applyHunks(ADD, result.edit), undefined);
  });

  it('says so where nothing changes', async () => {
    assert.deepEqual(await propose({ code: ADD, path: 'src/add.js' }), {
      kind: 'unchanged',
      path: 'src/add.js',
    });
  });

  it('refuses code that is left out, secret files, and paths that lead out of the folder', async () => {
    await assert.rejects(propose({ code: `${CODE}\n// ... existing code ...`, path: 'src/add.js' }), {
      code: 'unusable_answer',
    });
    for (const path of ['../evil.js', '/etc/passwd', '.env', '.git/hooks/pre-commit', 'a/../../b.js']) {
      await assert.rejects(propose({ code: 'x = 1', path }), { code: 'invalid_input' }, path);
    }
  });

  it('applies what is accepted, and nothing to a text that changed', async () => {
    const result = await propose({ code: CODE, path: 'src/add.js' });
    assert.ok(result.kind === 'edit');
    const { edit } = result;
    assert.equal((await given.call('coding.apply', { text: ADD, edit })).text, ADD.replace('a - b', 'a + b'));
    assert.equal((await given.call('coding.apply', { text: ADD, edit, accept: [] })).text, ADD);
    await assert.rejects(given.call('coding.apply', { text: `${ADD}\n`, edit }), { code: 'conflict' });
  });
});
