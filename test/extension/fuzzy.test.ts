import assert from 'node:assert/strict';
import fc from 'fast-check';
import { distance, globOf, ranked } from '../../extension/mentions/fuzzy.ts';

const best = (query: string, paths: string[]) => ranked(query, paths, { path: (path) => path, limit: 10 });

describe('finding a file by some of its letters', () => {
  it('asks the editor by a glob that minds no case', () => {
    assert.equal(globOf('cl'), '**/*[cC]*[lL]*');
    assert.equal(globOf('net/a1'), '**/*[nN]*[eE]*[tT]*/*[aA]*1*');
    assert.equal(globOf(' '), '**');
  });

  it('puts nothing into the glob that would mean something there', () => {
    fc.assert(fc.property(fc.string(), (query) => assert.doesNotMatch(globOf(query), /[{}!?,]|\*\*.*\*\*/)));
  });

  it('prefers the beginning of a name, then its inside, then the path', () => {
    const paths = ['src/client/a.ts', 'lib/myclient.ts', 'lib/client.ts', 'lib/c_l_i_e_n_t.ts', 'other.ts'];
    assert.deepEqual(best('client', paths), [
      'lib/client.ts',
      'lib/myclient.ts',
      'src/client/a.ts',
      'lib/c_l_i_e_n_t.ts',
    ]);
  });

  it('finds whatever has the letters in their order', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...'abc/._'), { maxLength: 30 }), fc.nat(), (letters, seed) => {
        const path = letters.join('');
        const some = letters.filter((_, index) => (seed >> (index % 20)) & 1).join('');
        assert.notEqual(distance(some, path), undefined);
      }),
    );
  });
});
