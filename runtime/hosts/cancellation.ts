import { type CancellationToken, CancellationTokenSource, type Disposable } from 'vscode-jsonrpc';

/** A JSON-RPC cancellation as the AbortController that everything behind it understands. */
export function controllerFor(token: CancellationToken): { controller: AbortController } & Disposable {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  const listening = token.onCancellationRequested(() => controller.abort());
  return { controller, dispose: () => listening.dispose() };
}

/** The other way round, for a call that goes on to another process. `dispose` cancels what still runs. */
export function tokenFor(signal: AbortSignal): { token: CancellationToken } & Disposable {
  const source = new CancellationTokenSource();
  const cancel = () => source.cancel();
  if (signal.aborted) cancel();
  else signal.addEventListener('abort', cancel, { once: true });
  return {
    token: source.token,
    dispose: () => {
      signal.removeEventListener('abort', cancel);
      source.cancel();
    },
  };
}
