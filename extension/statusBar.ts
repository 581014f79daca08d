import * as vscode from 'vscode';
import type { ModelStatusReport } from '../runtime/protocol/schemas.ts';
import type { Agent } from './agent.ts';
import { type CureTargets, cureOf } from './cure.ts';
import { showMenu } from './menu.ts';
import { reportOf, statusLine } from './modelStatus.ts';

/** Milliseconds between looks at the model server, while the panel is visible and no one else asks. */
const REFRESH = 60_000;

/** One item: the model and its state. It listens to the answers that pass by, and rests while no one looks. */
export class StatusBar implements vscode.Disposable {
  private readonly agent: Agent;
  private readonly item: vscode.StatusBarItem;
  private readonly subscriptions: { dispose(): void }[];
  private report: ModelStatusReport | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(agent: Agent, chat: { onDidChangeVisibility: vscode.Event<boolean> }) {
    this.agent = agent;
    this.item = vscode.window.createStatusBarItem('zoey.status', vscode.StatusBarAlignment.Right, 100);
    this.item.name = 'Zoey';
    this.item.command = 'zoey.showMenu';
    this.subscriptions = [
      this.item,
      agent.onDidChangeState((state) => {
        if (state === 'running') this.refresh();
        this.draw();
      }),
      agent.onDidAnswer(({ name, output }) => {
        const report = reportOf(name, output);
        if (report) this.take(report);
      }),
      chat.onDidChangeVisibility((visible) => {
        clearInterval(this.timer);
        if (visible) this.timer = setInterval(() => this.refresh(), REFRESH);
      }),
    ];
  }

  /** Asks for the model's state, where the agent runs; what comes passes by like any other answer. */
  refresh(): void {
    if (this.agent.state !== 'running') return;
    this.agent.invoke({ name: 'models.status', input: {} }).catch(() => {
      // The last known state stands; whoever asks for an answer is told what is wrong.
    });
  }

  /** Opens what can be done, first of all what helps where no model can answer. */
  showMenu(host: CureTargets['host']): Promise<void> {
    return showMenu(cureOf(this.report), host);
  }

  dispose(): void {
    clearInterval(this.timer);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private take(report: ModelStatusReport): void {
    this.report = report;
    this.draw();
  }

  private draw(): void {
    const line = statusLine(this.agent.state, this.report);
    if (!line) {
      this.item.hide();
      return;
    }
    const { text, tooltip, attention } = line;
    this.item.text = `$(${attention ? 'warning' : 'comment-discussion'}) ${text}`;
    this.item.tooltip = tooltip;
    this.item.accessibilityInformation = { label: `Zoey: ${text}`, role: 'button' };
    this.item.show();
  }
}
