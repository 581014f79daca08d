import type { IDatabaseAdapter } from '../../types/database.ts';
import type { Plugin } from '../../types/runtime.ts';
import { forget } from './actions/forget.ts';
import { recall } from './actions/recall.ts';
import { remember } from './actions/remember.ts';
import { noteUsed } from './used.ts';

/** Remembering, recalling and forgetting by the person's word. */
export function memoryPlugin(database: IDatabaseAdapter): Plugin {
  return {
    name: 'memory',
    description: 'Remembers, recalls and forgets what the person says.',
    dependencies: ['bootstrap'],
    actions: [remember, recall, forget(database)],
    events: { MESSAGE_SENT: [noteUsed(database)] },
  };
}
