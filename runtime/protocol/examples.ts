import type { FunctionName, Input } from './contract.ts';

const ROOM = '0192f0c1-2d3e-7abc-8def-0123456789ab';
const MESSAGE = '0192f0c1-2d3f-7abc-8def-0123456789ab';

/** An input for each function, as its reference shows it. A test parses them. */
export const examples: { readonly [N in FunctionName]: Input<N> } = {
  'chat.send': { text: 'Where are requests retried?' },
  'chat.continue': { roomId: ROOM, messageId: MESSAGE },
  'chat.watch': { roomId: ROOM },
  'chat.stop': { roomId: ROOM },
  'rooms.list': { query: 'retry', limit: 20 },
  'rooms.create': { title: 'Retries' },
  'rooms.rename': { id: ROOM, title: 'How requests are retried', pinned: true },
  'rooms.delete': { id: ROOM },
  'rooms.restore': { id: ROOM },
  'rooms.messages': { roomId: ROOM, limit: 20 },
  'memory.add': { text: 'The tests need a database on port 5433.', kind: 'fact' },
  'memory.list': { limit: 20 },
  'memory.search': { query: 'database port', limit: 5 },
  'memory.forget': { query: 'database port', kind: 'fact' },
  'actions.list': {},
  'actions.run': { name: 'REMEMBER', parameters: { text: 'Deploys go out on Tuesdays.' } },
  'models.list': {},
  'models.status': {},
  'models.select': { name: 'qwen3:4b' },
  'models.preload': {},
  'models.pull': { name: 'qwen3:4b' },
  'privacy.ledger': { limit: 20 },
  status: {},
};
