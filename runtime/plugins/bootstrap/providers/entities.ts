import type { IDatabaseAdapter } from '../../../types/database.ts';
import type { Provider } from '../../../types/runtime.ts';

const LISTED = 50;

/** Who takes part in the room. */
export function entities(database: IDatabaseAdapter): Provider {
  return {
    name: 'ENTITIES',
    description: 'Who takes part in the conversation.',
    dynamic: true,
    async get({ agentId }, { roomId }) {
      if (roomId === undefined) return {};
      const { items } = await database.getEntitiesForRoom({ roomId, limit: LISTED });
      const lines = items.map(({ id, names }) => {
        const called = names.join(', ') || 'somebody without a name';
        return id === agentId ? `${called} (you)` : called;
      });
      return {
        text: lines.join('\n'),
        values: { entities: lines.join('; ') },
        data: { entities: items.map(({ id, names }) => ({ id, names })) },
      };
    },
  };
}
