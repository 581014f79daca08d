import { toWireError } from '../errors.ts';
import type { Rpc } from '../rpc.ts';
import type { Store } from '../store.ts';

/** Between two looks, in milliseconds: while the person just did something here, and at most. */
const SOON_MS = 3_000;
const SELDOM_MS = 30_000;
/** The pause is this part of the time since the person did something here. */
const SHARE = 1 / 4;

/** How long to wait before the next look, so long after the person did something here. */
function pauseAfter(idleMs: number): number {
  return Math.min(SELDOM_MS, Math.max(SOON_MS, idleMs * SHARE));
}

/**
 * Knows the state of the model server: asked once, then again and again while it is not ready and the panel is
 * seen, so that the card goes by itself. Nobody answers these looks, and each stands in the ledger: the longer
 * nothing is done in the panel, the more seldom they are.
 * @param onReady called whenever it was asked and is ready
 */
export function watchModel(rpc: Rpc, store: Store, onReady: () => void): { check(): Promise<void> } {
  let timer = 0;
  let asking = false;
  let askAgain = false;
  let actedAt = Date.now();
  let pause = SOON_MS;
  const isReady = () => store.get().models.report?.state === 'ready';

  const lookLater = () => {
    clearTimeout(timer);
    if (document.hidden) return;
    pause = pauseAfter(Date.now() - actedAt);
    timer = window.setTimeout(look, pause);
  };

  const look = async (): Promise<void> => {
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
    if (askAgain) await look();
    else if (isReady()) onReady();
    else lookLater();
  };

  const act = () => {
    actedAt = Date.now();
    if (!asking && !isReady() && pause > SOON_MS) lookLater();
  };
  const check = () => {
    actedAt = Date.now();
    return look();
  };
  const checkIfSeen = () => {
    if (!document.hidden && !isReady()) void check();
  };
  document.addEventListener('visibilitychange', checkIfSeen);
  window.addEventListener('focus', checkIfSeen);
  for (const type of ['pointermove', 'pointerdown', 'keydown']) window.addEventListener(type, act, true);
  return { check };
}
