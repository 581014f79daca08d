import assert from 'node:assert/strict';
import fc from 'fast-check';
import { bearerCheck, isToken } from '../../../runtime/hosts/http/token.ts';
import { TOKEN } from '../../support/hosts/http.ts';

describe('the check of a token', () => {
  it('takes the token and nothing else', async () => {
    const bears = bearerCheck(TOKEN);
    assert.equal(await bears(`Bearer ${TOKEN}`), true);
    const nearby = fc
      .tuple(fc.nat(TOKEN.length - 1), fc.stringMatching(/^[\w.~+/-]{0,3}$/))
      .map(([at, text]) => TOKEN.slice(0, at) + text + TOKEN.slice(at + text.length));
    await fc.assert(
      fc.asyncProperty(fc.oneof(nearby, fc.string()), async (offered) => {
        assert.equal(await bears(`Bearer ${offered}`), offered.trim() === TOKEN);
      }),
    );
  });

  it('compares digests, so that a near miss costs what a far one does', async () => {
    const { subtle } = globalThis.crypto;
    const digest = subtle.digest.bind(subtle);
    const lengths: number[] = [];
    subtle.digest = (algorithm, data) => {
      lengths.push(data.byteLength);
      return digest(algorithm, data);
    };
    try {
      const bears = bearerCheck(TOKEN);
      for (const offered of [TOKEN, TOKEN.slice(0, -1), 'x']) await bears(`Bearer ${offered}`);
    } finally {
      Reflect.deleteProperty(subtle, 'digest');
    }
    assert.deepEqual(lengths, [TOKEN.length, TOKEN.length, TOKEN.length - 1, 1]);
  });

  it('knows what a token can be', () => {
    for (const token of ['0123456789abcdef', 'a.b-c_d~e+f/0123==']) assert.equal(isToken(token), true, token);
    for (const token of [
      '',
      '0123456789abcde',
      '0123456789abcde f',
      '0123456789=abcdef',
      '0123456789abcdefé',
    ]) {
      assert.equal(isToken(token), false, token);
    }
  });
});
