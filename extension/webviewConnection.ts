import {
  AbstractMessageReader,
  AbstractMessageWriter,
  createMessageConnection,
  type DataCallback,
  type Disposable,
  type Message,
  type MessageConnection,
  type MessageReader,
  type MessageWriter,
} from 'vscode-jsonrpc/node';

/** The half of a webview that carries messages. One JSON-RPC message is one post: there is no framing. */
export interface WebviewPort {
  postMessage(message: unknown): PromiseLike<boolean>;
  onDidReceiveMessage(handler: (message: unknown) => void): Disposable;
}

class PortReader extends AbstractMessageReader implements MessageReader {
  private callback: DataCallback | undefined;

  listen(callback: DataCallback): Disposable {
    this.callback = callback;
    return { dispose: () => {} };
  }

  take(message: Message): void {
    this.callback?.(message);
  }
}

class PortWriter extends AbstractMessageWriter implements MessageWriter {
  private port: WebviewPort | undefined;

  constructor(port: WebviewPort) {
    super();
    this.port = port;
  }

  /** Not awaited: a hidden webview takes no message, and order is kept by the port. */
  async write(message: Message): Promise<void> {
    void this.port?.postMessage(message);
  }

  end(): void {}

  /** Answers that come later belong to a page that is gone; its successor counts its ids from the start. */
  override dispose(): void {
    this.port = undefined;
    super.dispose();
  }
}

/**
 * Serves one page after another on a webview's port. A webview that was hidden, moved or reloaded loads its page
 * anew on the same port: `hello`, the first request of each page, begins a new connection.
 */
export function servePages(port: WebviewPort, hello: string, serve: (page: MessageConnection) => void) {
  let reader: PortReader | undefined;
  let page: MessageConnection | undefined;
  const leave = () => {
    page?.dispose();
    page = undefined;
  };
  const begin = () => {
    leave();
    reader = new PortReader();
    page = createMessageConnection(reader, new PortWriter(port));
    serve(page);
    page.listen();
  };
  const listener = port.onDidReceiveMessage((message) => {
    if (typeof message !== 'object' || message === null || !('jsonrpc' in message)) return;
    if (!page || ('method' in message && message.method === hello)) begin();
    reader?.take(message as Message);
  });
  return {
    /** The page is gone; requests of it that run go on, and their answers go nowhere. */
    leave,
    dispose: () => {
      listener.dispose();
      leave();
    },
  };
}
