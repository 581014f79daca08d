import assert from 'node:assert/strict';
import { rankMemories } from '../../runtime/recall/memories.ts';

const memory = (id: string, text: string, createdAt = 0) => ({ id, content: { text }, createdAt });
const ids = (query: string, ...memories: ReturnType<typeof memory>[]) =>
  rankMemories(query, memories).map((recalled) => recalled.memory.id);

describe('recall of memories by words', () => {
  it('finds what shares words with the question, best first', () => {
    assert.deepEqual(
      ids(
        'Which port does the staging database use?',
        memory('a', 'The staging database listens on port 5433.'),
        memory('b', 'Staging is rebuilt every night.'),
        memory('c', 'Lunch is at noon.'),
      ),
      ['a', 'b'],
    );
  });

  it('finds parts of identifiers and words with accents', () => {
    assert.deepEqual(ids('user name', memory('a', 'getUserName is deprecated'), memory('b', 'nothing')), [
      'a',
    ]);
    assert.deepEqual(ids('resume', memory('a', 'Le résumé est prêt')), ['a']);
  });

  it('prefers the newest of equals, then the order of ids', () => {
    assert.deepEqual(ids('x', memory('b', 'x', 1), memory('c', 'x', 2), memory('a', 'x', 1)), [
      'c',
      'a',
      'b',
    ]);
  });

  it('scores above 0 and at most 1', () => {
    const [best] = rankMemories('alpha beta', [memory('a', 'alpha beta alpha beta'), memory('b', 'gamma')]);
    assert.ok(best && best.score > 0 && best.score <= 1);
  });

  it('finds nothing for an empty question', () => assert.deepEqual(ids('  ', memory('a', 'x')), []));
});
