import type { Action } from './actions.ts';
import type { ModelsState } from './types.ts';

/** Folds what is known of the model server. */
export function models(state: ModelsState, action: Action): ModelsState {
  switch (action.type) {
    case 'modelReport': {
      const { error: _, pull, ...rest } = state;
      // A question or a failure about a download is answered once a model is there.
      const done = action.report.state === 'ready' && pull?.state !== 'running';
      return { ...rest, report: action.report, ...(pull && !done && { pull }) };
    }
    case 'modelReportFailed':
      return { ...state, error: action.error };
    case 'modelList':
      return { ...state, list: action.items };
    case 'pull': {
      const { pull: _, ...rest } = state;
      return { ...rest, ...(action.pull && { pull: action.pull }) };
    }
    default:
      return state;
  }
}
