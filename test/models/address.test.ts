import assert from 'node:assert/strict';
import { parseEndpoint, withoutCredentials } from '../../runtime/models/ollama/address.ts';

describe('address of Ollama', () => {
  const table: [string, string | undefined][] = [
    ['', 'http://127.0.0.1:11434'],
    ['  http://127.0.0.1:11434/  ', 'http://127.0.0.1:11434'],
    ['localhost', 'http://localhost:11434'],
    ['localhost/', 'http://localhost:11434'],
    ['box:80', 'http://box'],
    ['box:11500/', 'http://box:11500'],
    [':11500', 'http://127.0.0.1:11500'],
    ['0.0.0.0', 'http://127.0.0.1:11434'],
    ['http://0.0.0.0:11434', 'http://127.0.0.1:11434'],
    ['http://[::]:11434', 'http://[::1]:11434'],
    ['[::1]', 'http://[::1]:11434'],
    ['[::1]:5', 'http://[::1]:5'],
    ['http://box', 'http://box'],
    ['https://box', 'https://box'],
    ['HTTP://Box:11434/api', 'http://box:11434'],
    ['http://box:11434/api/', 'http://box:11434'],
    ['http://box:11434/api/chat', 'http://box:11434'],
    ['http://box:11434/v1/', 'http://box:11434'],
    ['http://box/ollama/', 'http://box/ollama'],
    ['http://box/ollama/api', 'http://box/ollama'],
    ['http://box/api/ollama', 'http://box/api/ollama'],
    ['me:pw@box', 'http://box:11434'],
    ['ftp://box', undefined],
    ['http://', undefined],
    ['two words', undefined],
    ['http://box:99999', undefined],
  ];
  for (const [typed, base] of table) {
    it(`reads ${JSON.stringify(typed)} as ${base ?? 'no address'}`, () =>
      assert.equal(parseEndpoint(typed)?.base, base));
  }

  it('sends a name and a password as a header', () => {
    const endpoint = parseEndpoint('http://me:p%40ss@box:1');
    assert.deepEqual(endpoint, {
      base: 'http://box:1',
      headers: { authorization: `Basic ${Buffer.from('me:p@ss').toString('base64')}` },
    });
  });

  it('shows what cannot be read without its password', () => {
    assert.equal(withoutCredentials('http://me:secret@bo x'), 'http://bo x');
    assert.equal(withoutCredentials('http://me:se/cr@et@bo x'), 'http://bo x');
    assert.equal(withoutCredentials('me:se/cret@box'), 'box');
    assert.equal(withoutCredentials('http://[::1'), 'http://[::1');
  });
});
