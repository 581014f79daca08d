import assert from 'node:assert/strict';
import {
  AbstractMessageReader,
  AbstractMessageWriter,
  CancellationTokenSource,
  createMessageConnection,
  type DataCallback,
  type Disposable,
  type Message,
  type MessageConnection,
  ProgressType,
  ResponseError,
} from 'vscode-jsonrpc/node';
import type { Agent } from '../../extension/agent.ts';
import { failure } from '../../extension/failures.ts';
import { relayCalls } from '../../extension/relay.ts';
import { servePages, type WebviewPort } from '../../extension/webviewConnection.ts';

type Invoke = Agent['invoke'];
const chunkType = new ProgressType<unknown>();

/** A webview whose page can be loaded again, as VS Code does when it is hidden and shown. */
class FakeWebview implements WebviewPort {
  private toExtension: (message: unknown) => void = () => {};
  private toPage: DataCallback = () => {};
  /** Every message that reached a page, by the number of the page. */
  readonly delivered: { page: number; message: Message }[] = [];
  private pages = 0;

  async postMessage(message: unknown): Promise<boolean> {
    const page = this.pages;
    const copy = structuredClone(message) as Message;
    this.delivered.push({ page, message: copy });
    this.toPage(copy);
    return true;
  }

  onDidReceiveMessage(handler: (message: unknown) => void): Disposable {
    this.toExtension = handler;
    return { dispose: () => {} };
  }

  /** Loads the page: from now on nothing reaches the one before. */
  load(): MessageConnection {
    this.pages++;
    const { toExtension } = this;
    const reader = new (class extends AbstractMessageReader {
      listen(callback: DataCallback) {
        take = callback;
        return { dispose: () => {} };
      }
    })();
    const writer = new (class extends AbstractMessageWriter {
      async write(message: Message) {
        toExtension(structuredClone(message));
      }
      end() {}
    })();
    let take: DataCallback = () => {};
    this.toPage = (message) => take(message);
    const page = createMessageConnection(reader, writer);
    page.listen();
    return page;
  }

  /** Puts a message of any kind on the line. */
  inject(message: unknown): void {
    this.toExtension(message);
  }
}

function setUp(invoke: Invoke) {
  const webview = new FakeWebview();
  const pages = servePages(webview, 'panel/ready', (page) => {
    relayCalls(page, { invoke });
    page.onRequest('panel/ready', () => 'hello');
  });
  return { webview, pages };
}

async function openPage(webview: FakeWebview): Promise<MessageConnection> {
  const page = webview.load();
  assert.equal(await page.sendRequest('panel/ready', {}), 'hello');
  return page;
}

/** A promise and its resolver, for order without clocks. */
function gate<T = void>() {
  let open: (value: T) => void = () => {};
  const passed = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { open, passed };
}

describe('the relay between a page and the agent', () => {
  it('passes the call and its answer, and never the caller that a page claims to be', async () => {
    const seen: unknown[] = [];
    const { webview } = setUp(async (call) => {
      seen.push(call);
      return { done: true };
    });
    const page = await openPage(webview);
    const forged = { name: 'status', input: { a: [1, 'b'] }, caller: { host: 'cli', workspace: '/etc' } };
    assert.deepEqual(await page.sendRequest('zoey/invoke', forged), { done: true });
    assert.deepEqual(seen, [{ name: 'status', input: { a: [1, 'b'] } }]);
  });

  it('passes chunks in their order, under the token of the page, all before the answer', async () => {
    const { webview } = setUp(async (_call, options) => {
      for (let i = 0; i < 100; i++) options?.onChunk?.(i);
      return 'end';
    });
    const page = await openPage(webview);
    const heard: unknown[] = [];
    page.onProgress(chunkType, 'panel-1', (chunk) => void heard.push(chunk));
    heard.push(await page.sendRequest('zoey/invoke', { name: 'status', input: {}, stream: 'panel-1' }));
    assert.deepEqual(heard, [...Array(100).keys(), 'end']);
  });

  it('cancels the call that the page cancels, and no other', async () => {
    const started = gate();
    const cancelled: string[] = [];
    const { webview } = setUp(async ({ name }, options) => {
      if (name === 'status') return 'unharmed';
      started.open();
      await new Promise<void>((resolve) => options?.token?.onCancellationRequested(() => resolve()));
      cancelled.push(name);
      throw failure('cancelled', 'Stopped.', { hint: '' });
    });
    const page = await openPage(webview);
    const source = new CancellationTokenSource();
    const stopped = page.sendRequest('zoey/invoke', { name: 'chat.send', input: {} }, source.token);
    await started.passed;
    source.cancel();
    await assert.rejects(
      stopped,
      (error) => error instanceof ResponseError && error.data.code === 'cancelled',
    );
    assert.deepEqual(cancelled, ['chat.send']);
    assert.equal(await page.sendRequest('zoey/invoke', { name: 'status', input: {} }), 'unharmed');
  });

  it('carries an error with its data', async () => {
    const { webview } = setUp(() =>
      Promise.reject(failure('model_busy', 'Busy.', { hint: 'Wait.', retryable: true })),
    );
    const page = await openPage(webview);
    await assert.rejects(page.sendRequest('zoey/invoke', { name: 'status', input: {} }), (error) => {
      assert.ok(error instanceof ResponseError);
      assert.deepEqual(error.data, { code: 'model_busy', message: 'Busy.', hint: 'Wait.', retryable: true });
      return true;
    });
  });

  it('refuses a function that does not exist, and a call without input', async () => {
    const { webview } = setUp(() => Promise.reject(new Error('must not be reached')));
    const page = await openPage(webview);
    for (const params of [{ name: 'fs.read', input: {} }, { name: 'status' }, 'status', null]) {
      await assert.rejects(
        page.sendRequest('zoey/invoke', params),
        (error) => error instanceof ResponseError && error.data.code === 'invalid_input',
      );
    }
  });

  it('lets a call run on when its page is gone, and gives its chunks and answer to no other page', async () => {
    const started = gate();
    const finish = gate<string>();
    let cancelled = false;
    let chunk: (value: unknown) => void = () => {};
    const { webview } = setUp(async ({ name }, options) => {
      if (name === 'status') return 'new';
      options?.token?.onCancellationRequested(() => {
        cancelled = true;
      });
      chunk = options?.onChunk ?? chunk;
      started.open();
      return finish.passed;
    });
    const before = await openPage(webview);
    const call = { name: 'chat.send', input: {}, stream: 'panel-1' };
    before.sendRequest('zoey/invoke', call).catch(() => {});
    await started.passed;

    const after = await openPage(webview);
    const heard: unknown[] = [];
    after.onProgress(chunkType, 'panel-1', (value) => void heard.push(value));
    chunk('old chunk');
    finish.open('old answer');
    // Its id is the one that the old page's call had.
    assert.equal(await after.sendRequest('zoey/invoke', { name: 'status', input: {} }), 'new');
    assert.equal(cancelled, false);
    assert.deepEqual(heard, []);
    assert.equal(JSON.stringify(webview.delivered).includes('old'), false);
  });

  it('sends nothing to a page that was left', async () => {
    const finish = gate<string>();
    const started = gate();
    const { webview, pages } = setUp(() => {
      started.open();
      return finish.passed;
    });
    const page = await openPage(webview);
    page.sendRequest('zoey/invoke', { name: 'status', input: {} }).catch(() => {});
    await started.passed;
    const count = webview.delivered.length;
    pages.leave();
    finish.open('late');
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(webview.delivered.length, count);
  });

  it('takes no notice of what is not JSON-RPC', async () => {
    const { webview } = setUp(async () => 'fine');
    const page = await openPage(webview);
    for (const noise of [null, undefined, 1, 'text', [], {}, { type: 'x' }]) webview.inject(noise);
    assert.equal(await page.sendRequest('zoey/invoke', { name: 'status', input: {} }), 'fine');
  });
});
