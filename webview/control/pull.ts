import { toWireError } from '../errors.ts';
import type { Rpc } from '../rpc.ts';
import type { Pull } from '../state/types.ts';
import type { Store } from '../store.ts';
import { batchByFrame } from './frames.ts';

/** The download of a model: agreed to first, and gone on with after a pause. */
interface PullControl {
  ask(name: string): void;
  pull(name: string): Promise<void>;
  pause(): void;
  dismiss(): void;
}

export function createPull(rpc: Rpc, store: Store): PullControl {
  let current: AbortController | undefined;
  const setPull = (pull?: Pull) => store.dispatch({ type: 'pull', ...(pull && { pull }) });

  async function pull(name: string): Promise<void> {
    const abort = new AbortController();
    current = abort;
    const before = store.get().models.pull?.progress;
    setPull({ name, state: 'running', ...(before && { progress: before }) });
    const batch = batchByFrame((progress: NonNullable<Pull['progress']>[]) => {
      const latest = progress.at(-1);
      if (latest && current === abort) setPull({ name, state: 'running', progress: latest });
    });
    try {
      const report = await rpc.invoke('models.pull', { name }, { signal: abort.signal, onChunk: batch.push });
      batch.flush();
      setPull();
      store.dispatch({ type: 'modelReport', report });
      store.dispatch({ type: 'status', text: `${name} is here.`, at: Date.now() });
    } catch (error) {
      batch.flush();
      const { progress } = store.get().models.pull ?? {};
      const state = abort.signal.aborted ? 'paused' : 'failed';
      const why = abort.signal.aborted ? {} : { error: toWireError(error) };
      setPull({ name, state, ...(progress && { progress }), ...why });
    } finally {
      if (current === abort) current = undefined;
    }
  }

  return {
    ask: (name) => setPull({ name, state: 'asking' }),
    pull,
    pause: () => current?.abort(),
    dismiss: () => setPull(),
  };
}
