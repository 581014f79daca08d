import type { IDatabaseAdapter } from '../../../types/database.ts';
import type { ParticipantState } from '../../../types/environment.ts';
import type { Action } from '../../../types/runtime.ts';

interface Following {
  name: string;
  similes: string[];
  description: string;
  /** How the agent takes part from then on. */
  state: ParticipantState | null;
  said: string;
}

/** From then on messages of the room are looked at without a mention. */
export function followRoom(database: IDatabaseAdapter): Action {
  return following(database, {
    name: 'FOLLOW_ROOM',
    similes: ['FOLLOW_CHANNEL', 'FOLLOW_CONVERSATION'],
    description: 'Follow this conversation, without being mentioned in each message.',
    state: 'FOLLOWED',
    said: 'I follow this conversation now.',
  });
}

export function unfollowRoom(database: IDatabaseAdapter): Action {
  return following(database, {
    name: 'UNFOLLOW_ROOM',
    similes: ['UNFOLLOW_CHANNEL', 'UNFOLLOW_CONVERSATION'],
    description: 'Stop following this conversation.',
    state: null,
    said: 'I no longer follow this conversation.',
  });
}

function following(
  database: IDatabaseAdapter,
  { name, similes, description, state, said }: Following,
): Action {
  return {
    name,
    similes,
    description,
    async validate({ agentId }, { roomId }) {
      if (roomId === undefined) return false;
      const now = await database.getParticipantUserState(roomId, agentId);
      return state === null ? now === 'FOLLOWED' : now !== state;
    },
    async handler({ agentId }, { roomId }, _state, _options, callback) {
      if (roomId === undefined) return { success: false, error: 'There is no conversation to follow.' };
      await database.addParticipantsRoom([agentId], roomId);
      await database.setParticipantUserState(roomId, agentId, state);
      await callback?.({ text: said });
      return { success: true, text: said };
    },
  };
}
