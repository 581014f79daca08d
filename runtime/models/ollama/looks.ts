import { ZoeyError } from '../../kernel/errors.ts';
import type { ModelStatus } from '../../types/model.ts';
import type { Server } from './server.ts';
import { readStatus } from './status.ts';

/** How long after its beginning a look may be joined, in ms: what it sees is what another would. */
const JOIN_MS = 100;

interface Look {
  status: Promise<ModelStatus>;
  began: number;
  readers: number;
  stop: AbortController;
}

/** Looks at servers. Those who ask at the same moment share one, so that many rooms cost no more than one. */
export class Looks {
  /** Under way alone, so that it holds no more than there are addresses. */
  readonly #under = new Map<string, Look>();

  /** As `readStatus`. A look ends early when all who wait for it have left. */
  async join(server: Server, signal: AbortSignal): Promise<ModelStatus> {
    if (signal.aborted) throw new ZoeyError('cancelled', 'Stopped.', { cause: signal.reason });
    const { ollamaUrl, allowedHosts } = server.settings;
    const key = JSON.stringify([ollamaUrl, allowedHosts]);
    const known = this.#under.get(key);
    const look = known && performance.now() - known.began < JOIN_MS ? known : this.#begin(key, server);
    return wait(look, signal);
  }

  #begin(key: string, server: Server): Look {
    const stop = new AbortController();
    const look: Look = {
      status: readStatus(server, stop.signal).finally(() => {
        if (this.#under.get(key) === look) this.#under.delete(key);
      }),
      began: performance.now(),
      readers: 0,
      stop,
    };
    this.#under.set(key, look);
    return look;
  }
}

function wait(look: Look, signal: AbortSignal): Promise<ModelStatus> {
  look.readers += 1;
  return new Promise((resolve, reject) => {
    const leave = () => {
      look.readers -= 1;
      if (look.readers === 0) look.stop.abort();
      reject(new ZoeyError('cancelled', 'Stopped.', { cause: signal.reason }));
    };
    signal.addEventListener('abort', leave, { once: true });
    look.status.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
