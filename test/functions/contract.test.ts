import assert from 'node:assert/strict';
import { functions } from '../../runtime/functions/index.ts';
import { contract } from '../../runtime/protocol/contract.ts';

// Literals, not imports: what other programs rely on must not change by a rename.
const NAMES = [
  'actions.list',
  'actions.run',
  'agents.get',
  'agents.list',
  'agents.update',
  'chat.continue',
  'chat.send',
  'chat.stop',
  'chat.watch',
  'coding.apply',
  'coding.complete',
  'coding.propose',
  'coding.rename',
  'coding.run',
  'memory.add',
  'memory.forget',
  'memory.history',
  'memory.list',
  'memory.search',
  'memory.update',
  'memory.watch',
  'models.downloadEmbedding',
  'models.list',
  'models.preload',
  'models.pull',
  'models.select',
  'models.status',
  'privacy.audit',
  'privacy.ledger',
  'recall.drain',
  'recall.pause',
  'recall.resume',
  'recall.search',
  'recall.status',
  'rooms.create',
  'rooms.delete',
  'rooms.list',
  'rooms.messages',
  'rooms.rename',
  'rooms.restore',
  'status',
  'tasks.cancel',
  'tasks.create',
  'tasks.get',
  'tasks.list',
  'tasks.run',
  'workspace.index',
  'workspace.pause',
  'workspace.resume',
  'workspace.search',
  'workspace.status',
];

describe('contract', () => {
  it('names these functions and no others', () => {
    assert.deepEqual(Object.keys(contract).sort(), NAMES);
  });

  it('has one handler for each', () => {
    assert.deepEqual(functions.map(({ name }) => name).sort(), NAMES);
  });

  it('says of each in a sentence what it does', () => {
    for (const [name, { summary }] of Object.entries(contract)) assert.match(summary, /^[A-Z].*\.$/s, name);
  });

  it('takes an empty object where nothing is needed, and fills in defaults', () => {
    assert.deepEqual(contract['rooms.list'].input.parse({}), { limit: 50 });
    assert.deepEqual(contract['memory.add'].input.parse({ text: 'x' }), {
      text: 'x',
      kind: 'note',
      importance: 0.5,
      source: 'user',
    });
    assert.deepEqual(contract['chat.send'].input.parse({ text: 'hi' }), { text: 'hi', attachments: [] });
  });

  it('validation: refuses empty text, control characters and text over the limit; takes the limit itself', () => {
    const { input } = contract['memory.add'];
    for (const text of ['', ' \n ', 'a\u0000b', '\u001b[31m', 'x'.repeat(200_001)]) {
      assert.equal(input.safeParse({ text }).success, false, JSON.stringify(text.slice(0, 9)));
    }
    for (const text of ['a\tb\r\nc', 'x'.repeat(200_000), 'naïve 日本 🙂']) {
      assert.equal(input.safeParse({ text }).success, true, JSON.stringify(text.slice(0, 9)));
    }
  });
});
