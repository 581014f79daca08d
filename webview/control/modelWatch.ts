import { toWireError } from '../errors.ts';
import type { Rpc } from '../rpc.ts';
import type { Store } from '../store.ts';

/** How often the state is asked again while no model can answer, so that the card goes by itself. */
const POLL_MS = 3000;

/** Knows the state of the model server: asked once, then again and again while it is not ready and the panel is seen. */
export function watchModel(rpc: Rpc, store: Store): { check(): Promise<void> } {
  let timer = 0;
  let asking = false;
  let askAgain = false;
  const isReady = () => store.get().models.report?.state === 'ready';

  const check = async (): Promise<void> => {
    askAgain = asking;
    if (asking) return;
    asking = true;
    clearTimeout(timer);
    try {
      store.dispatch({ type: 'modelReport', report: await rpc.invoke('models.status', {}) });
    } catch (error) {
      store.dispatch({ type: 'modelReportFailed', error: toWireError(error) });
    } finally {
      asking = false;
    }
    // Settings may have changed while the answer to the old ones was on its way.
    if (askAgain) await check();
    else if (!isReady() && !document.hidden) timer = window.setTimeout(check, POLL_MS);
  };

  const checkIfSeen = () => {
    if (!document.hidden && !isReady()) void check();
  };
  document.addEventListener('visibilitychange', checkIfSeen);
  window.addEventListener('focus', checkIfSeen);
  return { check };
}
