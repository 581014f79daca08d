import * as vscode from 'vscode';
import { contract } from '../runtime/protocol/contract.ts';
import type { Agent } from './agent.ts';
import { ledgerText } from './ledgerText.ts';

const SCHEME = 'zoey-ledger';
const SHOWN = 200;

/** Shows which requests left, as a read-only document that can be searched like any other. */
export class LedgerView implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changes.event;
  private readonly agent: Agent;
  private readonly registration: vscode.Disposable;
  private readonly uri = vscode.Uri.from({ scheme: SCHEME, path: 'Requests of Zoey' });

  constructor(agent: Agent) {
    this.agent = agent;
    this.registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  }

  async provideTextDocumentContent(): Promise<string> {
    const output = await this.agent.invoke({ name: 'privacy.ledger', input: { limit: SHOWN } });
    const { items } = contract['privacy.ledger'].output.parse(output);
    return ledgerText(items, Intl.DateTimeFormat().resolvedOptions().timeZone);
  }

  async show(): Promise<void> {
    const document = await vscode.workspace.openTextDocument(this.uri);
    this.changes.fire(this.uri);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  dispose(): void {
    this.registration.dispose();
    this.changes.dispose();
  }
}
