import { Component } from '../../types/environment.ts';
import type { IEnvironmentStore } from '../../types/environmentStore.ts';
import { checked } from '../check.ts';
import { componentToRow, rowToComponent } from '../environmentRows.ts';
import { componentQueries } from '../queries/components.ts';
import { all, first, run } from '../work.ts';
import { type AreaParts, orMissing } from './area.ts';

type ComponentArea = Pick<
  IEnvironmentStore,
  'createComponent' | 'getComponent' | 'getComponents' | 'updateComponent' | 'deleteComponent'
>;

const MAX_COMPONENTS = 1000;
const MISSING = 'What this is said of is gone.';

export function componentArea({ store, queries }: AreaParts): ComponentArea {
  const components = componentQueries(queries);

  return {
    async createComponent(component) {
      const row = componentToRow(checked(Component, component));
      return (await store.write(1, () => orMissing(MISSING, run(components.insert(row))))) > 0;
    },
    async getComponent(query) {
      const row = await store.read(() => first(components.latest({ ...query, limit: 1 })));
      return row && rowToComponent(row);
    },
    async getComponents(query) {
      const rows = await store.read(() => all(components.latest({ ...query, limit: MAX_COMPONENTS })));
      return rows.map(rowToComponent);
    },
    async updateComponent(component) {
      const row = componentToRow(checked(Component, component));
      return (await store.write(1, () => orMissing(MISSING, run(components.replace(row))))) > 0;
    },
    deleteComponent: async (id) => (await store.write(1, () => run(components.remove(id)))) > 0,
  };
}
