import assert from 'node:assert/strict';
import { uuidv7 } from '../../runtime/kernel/ids.ts';
import { silentLog } from '../../runtime/kernel/log.ts';
import { relationships } from '../../runtime/plugins/bootstrap/evaluators/relationships.ts';
import { createSqliteDatabase } from '../../runtime/storage/index.ts';
import { anAgent } from '../support/agent.ts';
import { agentId, entity, id, message } from '../support/storage/samples.ts';

describe('relationships', () => {
  it('counts every message of many that come at once', async () => {
    const database = createSqliteDatabase({ log: silentLog });
    await database.init();
    await database.createEntities([entity(1), entity(2, { id: agentId })]);
    const { agent } = await anAgent({ database });
    const { handler } = relationships({ database, clock: () => 1 });
    const said = Array.from({ length: 50 }, (_, n) =>
      message(n, { id: uuidv7(), entityId: id(1), createdAt: n }),
    );
    await Promise.all(said.map((one) => handler(agent, one)));
    const known = await database.getRelationship({
      agentId,
      sourceEntityId: id(1),
      targetEntityId: agentId,
    });
    assert.deepEqual(known?.metadata, { interactions: 50, lastInteractionAt: 49 });
    assert.deepEqual(known?.tags, ['well known']);
    await database.close();
  });
});
