import { Agent } from '../../types/agent.ts';
import type { AgentPatch, IEnvironmentStore } from '../../types/environmentStore.ts';
import { Metadata, type Uuid } from '../../types/primitives.ts';
import { checked } from '../check.ts';
import { idPage, pageById } from '../cursor.ts';
import { agentToRow, rowToAgent } from '../environmentRows.ts';
import { merge } from '../merge.ts';
import { agentQueries } from '../queries/agents.ts';
import { all, first, run, runAll, type Work } from '../work.ts';
import type { AreaParts } from './area.ts';

type AgentArea = Pick<
  IEnvironmentStore,
  'getAgent' | 'getAgents' | 'createAgent' | 'updateAgent' | 'deleteAgent'
>;

export function agentArea({ store, queries }: AreaParts): AgentArea {
  const agents = agentQueries(queries);

  function* update(id: Uuid, { settings, ...patch }: AgentPatch): Work<boolean> {
    const row = yield* first(agents.byId(id));
    if (row === undefined) return false;
    const agent = rowToAgent(row);
    const merged = settings && merge(Metadata.parse(agent.settings ?? {}), settings);
    const { id: _, ...changed } = agentToRow(
      checked(Agent, { ...agent, ...patch, ...(merged && { settings: merged as Agent['settings'] }) }),
    );
    return (yield* run(agents.update(id, changed))) > 0;
  }

  function* remove(id: Uuid): Work<boolean> {
    yield* runAll(agents.removeBelongings(id));
    return (yield* run(agents.remove(id))) > 0;
  }

  return {
    async getAgent(id) {
      const row = await store.read(() => first(agents.byId(id)));
      return row && rowToAgent(row);
    },
    async getAgents(page) {
      const query = agents.page(idPage(page));
      const rows = await store.read(() => all(query));
      return pageById(rows, { limit: page.limit, toItem: rowToAgent, idOf: (row) => row.id });
    },
    async createAgent(agent) {
      const row = agentToRow(checked(Agent, agent));
      return (await store.write(1, () => run(agents.insert(row)))) > 0;
    },
    updateAgent: (id, patch) => store.write(1, () => update(id, patch)),
    deleteAgent: (id) => store.write(1, () => remove(id)),
  };
}
