import type { IEnvironmentStore } from '../../types/environmentStore.ts';
import { idPage, pageById } from '../cursor.ts';
import { rowToParticipant, toState } from '../environmentRows.ts';
import { participantQueries } from '../queries/participants.ts';
import { all, first, run, runAll } from '../work.ts';
import { type AreaParts, orMissing } from './area.ts';

type ParticipantArea = Pick<
  IEnvironmentStore,
  | 'addParticipantsRoom'
  | 'removeParticipant'
  | 'isRoomParticipant'
  | 'getParticipantsForRoom'
  | 'getParticipantsForEntity'
  | 'getParticipantUserState'
  | 'setParticipantUserState'
>;

export function participantArea({ store, queries }: AreaParts): ParticipantArea {
  const participants = participantQueries(queries);

  return {
    async addParticipantsRoom(entityIds, roomId) {
      if (entityIds.length === 0) return;
      const rows = entityIds.map((entityId) => ({ room_id: roomId, entity_id: entityId, state: null }));
      await store.write(rows.length, () =>
        orMissing(
          'The room is gone, or somebody who was to take part in it.',
          runAll(rows.map(participants.insert)),
        ),
      );
    },
    removeParticipant: async (entityId, roomId) =>
      (await store.write(1, () => run(participants.remove(roomId, entityId)))) > 0,
    isRoomParticipant: async (roomId, entityId) =>
      (await store.read(() => first(participants.get(roomId, entityId)))) !== undefined,
    async getParticipantsForRoom({ roomId, ...page }) {
      const query = participants.ofRoom(roomId, idPage(page));
      const rows = await store.read(() => all(query));
      const idOf = (row: { entity_id: string }) => row.entity_id;
      return pageById(rows, { limit: page.limit, toItem: rowToParticipant, idOf });
    },
    async getParticipantsForEntity({ entityId, ...page }) {
      const query = participants.ofEntity(entityId, idPage(page));
      const rows = await store.read(() => all(query));
      const idOf = (row: { room_id: string }) => row.room_id;
      return pageById(rows, { limit: page.limit, toItem: rowToParticipant, idOf });
    },
    async getParticipantUserState(roomId, entityId) {
      const row = await store.read(() => first(participants.get(roomId, entityId)));
      return toState(row?.state ?? null);
    },
    setParticipantUserState: async (roomId, entityId, state) =>
      (await store.write(1, () => run(participants.setState(roomId, entityId, state)))) > 0,
  };
}
