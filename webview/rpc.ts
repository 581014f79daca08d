import {
  AbstractMessageReader,
  AbstractMessageWriter,
  CancellationTokenSource,
  createMessageConnection,
  type DataCallback,
  type Disposable,
  type Message,
  ProgressType,
} from 'vscode-jsonrpc/browser';
import type { Chunk, FunctionName, Input, Output } from '../runtime/protocol/contract.ts';
import type { PanelNotification, PanelParams, PanelRequest, PanelResult } from '../runtime/protocol/panel.ts';
import type { InvokeParams } from '../runtime/protocol/rpc.ts';
import type { VsCodeApi } from './vscodeApi.ts';
import { INVOKE, PANEL_NOTIFY } from './wire.ts';

export interface InvokeOptions<N extends FunctionName> {
  /** Aborting sends JSON-RPC's cancellation; the request then rejects. */
  signal?: AbortSignal;
  onChunk?: (chunk: Chunk<N>) => void;
}

/** The panel's only line to the world: functions of the agent, requests to the editor, and its notices. */
export interface Rpc {
  invoke<N extends FunctionName>(name: N, input: Input<N>, options?: InvokeOptions<N>): Promise<Output<N>>;
  request<R extends PanelRequest>(
    method: R,
    params: PanelParams<R>,
    signal?: AbortSignal,
  ): Promise<PanelResult<R>>;
  onNotify(handler: (notification: PanelNotification) => void): void;
}

function isMessage(data: unknown): data is Message {
  return typeof data === 'object' && data !== null && 'jsonrpc' in data && data.jsonrpc === '2.0';
}

class WindowReader extends AbstractMessageReader {
  listen(callback: DataCallback): Disposable {
    const listener = (event: MessageEvent<unknown>) => {
      if (isMessage(event.data)) callback(event.data);
    };
    window.addEventListener('message', listener);
    return { dispose: () => window.removeEventListener('message', listener) };
  }
}

class ApiWriter extends AbstractMessageWriter {
  private readonly api: VsCodeApi;

  constructor(api: VsCodeApi) {
    super();
    this.api = api;
  }

  write(message: Message): Promise<void> {
    this.api.postMessage(message);
    return Promise.resolve();
  }

  end(): void {}
}

/** A JSON-RPC connection over the webview's messages: one message object a post, no framing. */
export function connect(api: VsCodeApi): Rpc {
  const connection = createMessageConnection(new WindowReader(), new ApiWriter(api));
  connection.listen();
  let streams = 0;

  const send = async <T>(method: string, params: unknown, signal?: AbortSignal): Promise<T> => {
    const source = new CancellationTokenSource();
    const cancel = () => source.cancel();
    if (signal?.aborted) cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      return await connection.sendRequest<T>(method, params, source.token);
    } finally {
      signal?.removeEventListener('abort', cancel);
      source.dispose();
    }
  };

  return {
    async invoke<N extends FunctionName>(name: N, input: Input<N>, options: InvokeOptions<N> = {}) {
      const { signal, onChunk } = options;
      if (!onChunk) return send<Output<N>>(INVOKE, { name, input }, signal);
      const stream = `panel-${++streams}`;
      const listening = connection.onProgress(new ProgressType<Chunk<N>>(), stream, onChunk);
      try {
        const params: Omit<InvokeParams, 'input'> & { input: Input<N> } = { name, input, stream };
        return await send<Output<N>>(INVOKE, params, signal);
      } finally {
        listening.dispose();
      }
    },
    request: (method, params, signal) => send(method, params, signal),
    onNotify: (handler) => {
      connection.onNotification(PANEL_NOTIFY, handler);
    },
  };
}
