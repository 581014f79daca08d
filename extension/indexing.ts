import * as vscode from 'vscode';
import * as z from 'zod';
import type { Agent } from './agent.ts';
import type { Configuration } from './configuration.ts';

const Progress = z.object({ state: z.string(), done: z.number(), total: z.number() });

/** Work that ends sooner is not worth a word, in ms. */
const QUIET = 1_000;

/**
 * Lets the agent index the workspace, where it runs and the workspace is trusted, and shows how far it is. It
 * goes on in the agent whether somebody watches or not.
 */
export class Indexing implements vscode.Disposable {
  private readonly agent: Agent;
  private readonly subscriptions: vscode.Disposable[];

  constructor(agent: Agent, configuration: Configuration) {
    this.agent = agent;
    const again = () => void this.start();
    this.subscriptions = [
      agent.onDidChangeState((state) => {
        if (state === 'running') again();
      }) as vscode.Disposable,
      configuration.onDidChange(again),
      vscode.workspace.onDidChangeWorkspaceFolders(again),
      vscode.workspace.onDidGrantWorkspaceTrust(again),
    ];
  }

  /** From nothing, on the person's word. */
  async rebuild(): Promise<void> {
    if (!canIndex()) {
      void vscode.window.showInformationMessage('Open a folder and trust it first.');
      return;
    }
    await this.follow({ rebuild: true });
  }

  async pause(): Promise<void> {
    await this.agent.invoke({ name: 'workspace.pause', input: {} });
    void vscode.window.setStatusBarMessage('Indexing is paused', 5_000);
  }

  async resume(): Promise<void> {
    await this.agent.invoke({ name: 'workspace.resume', input: {} });
    await this.start();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private async start(): Promise<void> {
    if (!canIndex() || this.agent.state !== 'running') return;
    try {
      await this.follow({});
    } catch {
      // The log has it; a question is answered from the files themselves until the next start.
    }
  }

  private async follow(input: { rebuild?: boolean }): Promise<void> {
    const since = Date.now();
    let show: ((message: string) => void) | undefined;
    let end = () => {};
    const onChunk = (chunk: unknown) => {
      const progress = Progress.safeParse(chunk).data;
      if (!progress || progress.total === 0 || Date.now() - since < QUIET) return;
      if (!show) {
        const ended = new Promise<void>((resolve) => {
          end = resolve;
        });
        void vscode.window.withProgress({ location: vscode.ProgressLocation.Window }, (report) => {
          show = (message) => report.report({ message });
          return ended;
        });
      }
      show?.(`Zoey: indexing ${progress.done} of ${progress.total} files`);
    };
    try {
      await this.agent.invoke({ name: 'workspace.index', input }, { onChunk });
    } finally {
      end();
    }
  }
}

function canIndex(): boolean {
  const scheme = vscode.workspace.workspaceFolders?.[0]?.uri.scheme;
  return scheme === 'file' && vscode.workspace.isTrusted;
}
