import assert from 'node:assert/strict';
import { ending, endsSensibly } from '../../../runtime/plugins/coding/completion/shape.ts';
import { aCodingRuntime, fillAnswer } from './codingRuntime.ts';

describe('the shape of a completion', () => {
  const cases: [what: string, text: string, before: string, after: string, offered: string][] = [
    ['a rest of a line', 'a + b;\n}\n', '  return ', ';\n}\n', 'a + b'],
    ['a bracket that is there already', 'a, b)', 'add(', ')\n', 'a, b'],
    ['a bracket of its own', 'sum(a, b)', 'add(', ')\n', 'sum(a, b)'],
    [
      'the next line again',
      'const b = 2;\nconst third = 3;\n',
      'const a = 1;\n',
      'const third = 3;\n',
      'const b = 2;',
    ],
    ['what stands further out', 'return 1;\n}\n\nfunction next() {', 'function f() {\n  ', '\n', 'return 1;'],
    ['markers of the model', 'x = 1<|endoftext|>junk', '', '\n', 'x = 1'],
    ['the line before once more', 'const total = 1;', 'const total = 1;\n', '\n', ''],
    ['nothing', '  \n', 'a', '\n', ''],
  ];
  for (const [what, text, before, after, offered] of cases) {
    it(`without ${what}`, () => assert.equal(ending(text, { before, after }), offered));
  }

  it('ends with the line where more of it follows, with the block otherwise', () => {
    const middle = { before: 'f(', after: ')\n' };
    assert.equal(endsSensibly('a', middle), false);
    assert.equal(endsSensibly('a\n', middle), true);
    const block = { before: 'function f() {\n  ', after: '\n' };
    assert.equal(endsSensibly('a();\n  b();\n', block), false);
    assert.equal(endsSensibly('a();\n}\n', block), true);
    assert.equal(endsSensibly('a\n'.repeat(20), block), true);
  });
});

// The model is a server that answers from a script in Ollama's form.
describe('completion at a cursor', () => {
  let given: Awaited<ReturnType<typeof aCodingRuntime>>;
  afterEach(() => given.close());
  const place = { path: 'a.ts', languageId: 'typescript', prefix: 'const sum = a', suffix: '\n' };
  const able = { capabilities: ['completion', 'insert'], settings: { completion: true } };

  it('is off until it is switched on', async () => {
    given = await aCodingRuntime({ answers: [fillAnswer(' + b;')], capabilities: ['completion', 'insert'] });
    assert.deepEqual(await given.call('coding.complete', place), { text: '', reason: 'off' });
    assert.equal(given.asked().length, 0);
  });

  it('asks a model that can fill in, with what stands before and after', async () => {
    given = await aCodingRuntime({ answers: [fillAnswer(' + b;')], ...able });
    assert.deepEqual(await given.call('coding.complete', place), { text: ' + b;', model: 'scripted:1b' });
    const [asked] = given.asked();
    assert.deepEqual(
      [asked?.prompt, asked?.suffix, asked?.options.num_ctx],
      [place.prefix, place.suffix, 8192],
    );
    assert.ok((asked?.options.num_predict ?? 9999) <= 128);
  });

  it('gives what it gave, and the rest of it to who types it', async () => {
    given = await aCodingRuntime({ answers: [fillAnswer(' + b;')], ...able });
    await given.call('coding.complete', place);
    assert.equal((await given.call('coding.complete', place)).text, ' + b;');
    assert.equal(
      (await given.call('coding.complete', { ...place, prefix: `${place.prefix} +` })).text,
      ' b;',
    );
    assert.equal(given.asked().length, 1);
  });

  it('says so where no model can, and asks none for a secret file', async () => {
    given = await aCodingRuntime({ answers: [fillAnswer('x')], settings: { completion: true } });
    assert.deepEqual(await given.call('coding.complete', place), { text: '', reason: 'no_model' });
    await given.close();
    given = await aCodingRuntime({ answers: [fillAnswer('x')], ...able });
    assert.deepEqual(await given.call('coding.complete', { ...place, path: '.env' }), {
      text: '',
      reason: 'secret',
    });
    assert.equal(given.asked().length, 0);
  });

  it('shows no more than a window, and no secret', async () => {
    given = await aCodingRuntime({ answers: [fillAnswer('x')], ...able });
    const prefix = `${'// long\n'.repeat(5_000)}const t = 'ghp_${'a1B2'.repeat(9)}';\nconst a = `;
    await given.call('coding.complete', { ...place, prefix, suffix: 'y\n'.repeat(5_000) });
    const [asked] = given.asked();
    assert.ok((asked?.prompt?.length ?? 0) <= 4_000 && (asked?.suffix?.length ?? 0) <= 1_500);
    assert.ok(!asked?.prompt?.includes('ghp_'));
  });

  it('stops the model with the next key, and as soon as enough has come', async () => {
    const hold = {
      type: 'application/x-ndjson',
      body: '{"response":"a","done":false}\n',
      hold: 'open' as const,
    };
    given = await aCodingRuntime({ answers: [hold], ...able });
    const stop = new AbortController();
    const waiting = given.call('coding.complete', place, { signal: stop.signal });
    await given.requested('/api/generate');
    stop.abort();
    await assert.rejects(waiting, { code: 'cancelled' });
    await given.closed();
    await given.close();
    const enough = { ...hold, body: '{"response":"b);\\nnext();\\n","done":false}\n' };
    given = await aCodingRuntime({ answers: [enough], ...able });
    assert.equal((await given.call('coding.complete', { ...place, suffix: ');\n' })).text, 'b');
    await given.closed();
  });
});
