import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import { PANEL_NOTIFY, type PanelNotification, type PanelResult } from '../runtime/protocol/panel.ts';
import type { Agent, AgentState } from './agent.ts';
import { type PanelHandlers, servePanel } from './editorHost.ts';
import { NoticeQueue } from './noticeQueue.ts';
import { panelHtml } from './panelHtml.ts';
import { relayCalls } from './relay.ts';
import { servePages } from './webviewConnection.ts';

export const CHAT_VIEW = 'zoey.chat';

interface ChatViewOptions {
  extensionUri: vscode.Uri;
  agent: Agent;
  host: Omit<PanelHandlers, 'panel/ready'>;
  /** What each new page is told first, beside the agent's state. */
  welcome(): PanelNotification[];
}

/** The panel's place in the editor. It carries messages; what they say is for the page and the agent. */
export class ChatView implements vscode.WebviewViewProvider, vscode.Disposable {
  private readonly options: ChatViewOptions;
  private readonly notices = new NoticeQueue();
  private readonly visibility = new vscode.EventEmitter<boolean>();
  readonly onDidChangeVisibility = this.visibility.event;
  private readonly subscriptions: vscode.Disposable[];
  private view: vscode.WebviewView | undefined;

  constructor(options: ChatViewOptions) {
    this.options = options;
    const { agent } = options;
    this.subscriptions = [
      agent.onDidChangeState((state) => this.notify(serverNotice(state))),
      // A page that started without trust shows so, and is not told otherwise: it starts again, with its draft.
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.load()),
      this.visibility,
    ];
  }

  get visible(): boolean {
    return this.view?.visible ?? false;
  }

  /** Tells the panel; where it is not there yet, as soon as it listens. */
  notify(notice: PanelNotification): void {
    this.notices.push(notice);
  }

  /** Opens the panel and puts the focus into it. */
  async reveal(): Promise<void> {
    await vscode.commands.executeCommand(`${CHAT_VIEW}.focus`);
    this.notify({ type: 'focus' });
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.view = view;
    view.webview.options = { enableScripts: true, localResourceRoots: [this.resource()] };
    const pages = servePages(view.webview, 'panel/ready', (page) => this.serve(page));
    const listeners = [
      view.onDidChangeVisibility(() => {
        if (!view.visible) {
          this.notices.close();
          pages.leave();
        }
        this.visibility.fire(view.visible);
      }),
      view.onDidDispose(() => {
        this.notices.close();
        pages.dispose();
        for (const listener of listeners) listener.dispose();
        if (this.view === view) this.view = undefined;
        this.visibility.fire(false);
      }),
    ];
    this.load();
    this.options.agent.start();
    this.visibility.fire(view.visible);
  }

  dispose(): void {
    this.notices.close();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private serve(page: MessageConnection): void {
    const { agent, host, welcome } = this.options;
    this.notices.close();
    relayCalls(page, agent);
    servePanel(page, {
      ...host,
      'panel/ready': async () => {
        // The answer goes out before the notices: it is written in this turn of the loop.
        setImmediate(() => {
          for (const notice of [serverNotice(agent.state), ...welcome()]) this.notices.push(notice);
          this.notices.open((notice) => void page.sendNotification(PANEL_NOTIFY, notice).catch(() => {}));
        });
        return describeWorkspace();
      },
    });
  }

  private load(): void {
    const webview = this.view?.webview;
    if (!webview) return;
    webview.html = panelHtml({
      nonce: randomBytes(16).toString('base64url'),
      cspSource: webview.cspSource,
      scriptUri: webview.asWebviewUri(this.resource('main.js')).toString(),
      styleUri: webview.asWebviewUri(this.resource('main.css')).toString(),
      language: vscode.env.language,
    });
  }

  private resource(...parts: string[]): vscode.Uri {
    return vscode.Uri.joinPath(this.options.extensionUri, 'dist', 'webview', ...parts);
  }
}

function serverNotice(state: AgentState): PanelNotification {
  if (state === 'failed') {
    const message = "Zoey's agent stopped again and again. Look at the log, then restart it.";
    return { type: 'server', state, message };
  }
  return { type: 'server', state: state === 'running' ? 'running' : 'starting' };
}

function describeWorkspace(): PanelResult<'panel/ready'> {
  const { workspaceFolders = [], name, isTrusted } = vscode.workspace;
  return { workspace: workspaceFolders.length > 0, workspaceName: name ?? '', trusted: isTrusted };
}
