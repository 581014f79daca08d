import type { ModelAction } from '../../runtime/protocol/schemas.ts';
import { toWireError } from '../errors.ts';
import type { Rpc } from '../rpc.ts';
import type { Store } from '../store.ts';
import { watchModel } from './modelWatch.ts';
import { createPull } from './pull.ts';

/** What can be done about the model server. */
export interface Models {
  /** Asks for the state now, and again until a model is ready. */
  check(): Promise<void>;
  list(): Promise<void>;
  select(name: string): Promise<void>;
  /** The person begins to write: the model is loaded meanwhile, so that its answer starts at once. */
  warm(): void;
  /** Does what the button of a state says. */
  act(action: ModelAction): void;
  /** Downloads the model that was agreed to, or goes on with it. */
  pull(name: string): Promise<void>;
  /** Ends the download; what came is kept. */
  pausePull(): void;
  dismissPull(): void;
}

/** How long a model is taken to stay loaded; servers keep it for some minutes after its last use. */
const WARM_MS = 4 * 60_000;

export function createModels(rpc: Rpc, store: Store): Models {
  let warmed: { name: string; address: string; at: number } | undefined;

  const failed = (error: unknown) =>
    store.dispatch({ type: 'status', text: toWireError(error).message, at: Date.now() });
  const list = async () => {
    store.dispatch({ type: 'modelList', items: (await rpc.invoke('models.list', {})).items });
  };
  // The list is there before it is asked for, so that it opens in its full size.
  const { check } = watchModel(rpc, store, () => {
    if (store.get().models.list.length === 0) list().catch(() => {});
  });
  const pulling = createPull(rpc, store);

  return {
    check,
    list: () => list().catch(failed),
    async select(name) {
      try {
        store.dispatch({ type: 'modelReport', report: await rpc.invoke('models.select', { name }) });
        store.dispatch({ type: 'status', text: `${name} answers from now on.`, at: Date.now() });
      } catch (error) {
        failed(error);
      }
    },
    warm() {
      const { model, address } = store.get().models.report ?? {};
      if (model === undefined || address === undefined) return;
      const { name } = model;
      const isSame = warmed?.name === name && warmed.address === address;
      if (isSame && Date.now() - (warmed?.at ?? 0) < WARM_MS) return;
      warmed = { name, address, at: Date.now() };
      // What keeps it from loading will be told by the answer.
      rpc.invoke('models.preload', {}).catch(() => {});
    },
    act(action) {
      switch (action.kind) {
        case 'install':
        case 'update':
          rpc.request('editor/link', { page: 'ollama' }).catch(failed);
          break;
        case 'start':
          rpc.request('editor/startOllama', {}).catch(failed);
          break;
        case 'change_address':
          rpc.request('editor/settings', { key: 'zoey.ollama.url' }).catch(failed);
          break;
        case 'allow_host':
          rpc.request('editor/allowHost', {}).then(check, failed);
          break;
        case 'choose':
          store.dispatch({ type: 'popup', popup: 'models' });
          break;
        case 'pull':
          if (action.model !== undefined) pulling.ask(action.model);
      }
    },
    pull: pulling.pull,
    pausePull: pulling.pause,
    dismissPull: pulling.dismiss,
  };
}
