import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { Agent } from '../../../extension/agent.ts';
import { ChatView } from '../../../extension/chatView.ts';
import { Settings } from '../../../runtime/types/host.ts';
import { hostWith } from './access.ts';

const settings = Settings.parse({});

/** A view whose page is this test. */
class FakeView {
  readonly posted: { id?: number; method?: string; result?: unknown; params?: { type?: string } }[] = [];
  readonly shown = new vscode.EventEmitter<void>();
  readonly disposed = new vscode.EventEmitter<void>();
  readonly received = new vscode.EventEmitter<unknown>();
  private arrived = () => {};
  visible = true;
  options = {};
  html = '';
  readonly cspSource = 'https://csp.test';
  readonly webview = this;
  readonly onDidChangeVisibility = this.shown.event;
  readonly onDidDispose = this.disposed.event;
  readonly onDidReceiveMessage = this.received.event;

  asWebviewUri(uri: vscode.Uri): vscode.Uri {
    return uri;
  }

  async postMessage(message: object): Promise<boolean> {
    this.posted.push(message);
    this.arrived();
    return true;
  }

  /** Resolves when this many messages were posted in all. */
  async count(wanted: number): Promise<void> {
    while (this.posted.length < wanted) {
      await new Promise<void>((resolve) => {
        this.arrived = resolve;
      });
    }
  }

  send(message: object): void {
    this.received.fire({ jsonrpc: '2.0', ...message });
  }
}

function setUp() {
  // A server that never comes up: the view has to do without.
  const agent = new Agent({
    startServer: () => new Promise(() => {}),
    caller: () => ({ host: 'editor', trusted: true, settings }),
    log: { info: () => {}, warn: () => {}, error: () => {} },
  });
  const host = hostWith(settings);
  const welcome = () => [{ type: 'context' } as const];
  const chat = new ChatView({ extensionUri: vscode.Uri.file('/zoey'), agent, host, welcome });
  const view = new FakeView();
  chat.resolveWebviewView(view as unknown as vscode.WebviewView);
  return { agent, chat, view };
}

describe('the chat view', () => {
  it('lets its page load its own folder and nothing else, with a fresh nonce each time', () => {
    const [one, two] = [setUp(), setUp()];
    for (const { view } of [one, two]) {
      assert.deepEqual(view.options, {
        enableScripts: true,
        localResourceRoots: [vscode.Uri.file('/zoey/dist/webview')],
      });
      assert.match(view.html, /script-src 'nonce-[\w-]{22}'; style-src https:\/\/csp\.test;/);
    }
    assert.notEqual(one.view.html, two.view.html);
    one.chat.dispose();
    two.chat.dispose();
  });

  it('starts the agent as it opens', () => {
    const { agent, chat } = setUp();
    assert.equal(agent.state, 'starting');
    chat.dispose();
  });

  it('answers a new page first, then tells it the state and all that waited', async () => {
    const { chat, view } = setUp();
    chat.notify({ type: 'newChat' });
    view.send({ id: 0, method: 'panel/ready', params: {} });
    await view.count(4);
    const [answer, ...notices] = view.posted;
    assert.deepEqual(answer?.result, {
      workspace: true,
      workspaceName: vscode.workspace.name,
      trusted: true,
    });
    assert.deepEqual(
      notices.map(({ params }) => params?.type),
      ['newChat', 'server', 'context'],
    );
    chat.dispose();
  });

  it('posts nothing while it is hidden, and tells the next page what it missed', async () => {
    const { chat, view } = setUp();
    view.send({ id: 0, method: 'panel/ready', params: {} });
    await view.count(3);
    view.visible = false;
    view.shown.fire();
    chat.notify({ type: 'history' });
    assert.equal(view.posted.length, 3);
    view.visible = true;
    view.shown.fire();
    view.send({ id: 0, method: 'panel/ready', params: {} });
    await view.count(7);
    assert.deepEqual(
      view.posted.slice(4).map(({ params }) => params?.type),
      ['history', 'server', 'context'],
    );
    chat.dispose();
  });

  it('refuses requests that are malformed', async () => {
    const { chat, view } = setUp();
    view.send({ id: 0, method: 'panel/ready', params: {} });
    await view.count(3);
    view.send({ id: 1, method: 'editor/open', params: { path: 7 } });
    await view.count(4);
    assert.match(JSON.stringify(view.posted[3]), /"id":1,"error":.*"code":"invalid_input"/);
    chat.dispose();
  });
});
