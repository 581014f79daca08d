import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { CompletionResult } from '../../runtime/types/coding.ts';
import type { Agent } from '../agent.ts';
import { isCode, pathOf } from '../attachments.ts';
import { looksSecret } from '../paths.ts';

/** Milliseconds without a key before the model is asked. */
const QUIET = 250;
/** Characters on either side of the cursor that are carried; the model sees fewer. */
const AROUND = 20_000;

/** Ghost text by a fill-in-the-middle model. Off until switched on; the next key cancels what is under way. */
export class CompletionProvider implements vscode.InlineCompletionItemProvider {
  private readonly agent: Pick<Agent, 'invoke'>;
  private readonly enabled: () => boolean;
  private readonly tell: (answer: CompletionResult) => void;

  /** `tell` hears each answer of the agent. */
  constructor(
    agent: Pick<Agent, 'invoke'>,
    { enabled, tell }: { enabled: () => boolean; tell: (answer: CompletionResult) => void },
  ) {
    this.agent = agent;
    this.enabled = enabled;
    this.tell = tell;
  }

  async provideInlineCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    context: vscode.InlineCompletionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.InlineCompletionItem[]> {
    const path = pathOf(document);
    if (!this.enabled() || !isCode(document) || looksSecret(path)) return [];
    // A word of the suggestion list is chosen first: ghost text beside it would be about something else.
    if (context.selectedCompletionInfo) return [];
    if (context.triggerKind === vscode.InlineCompletionTriggerKind.Automatic) await sleep(QUIET);
    if (token.isCancellationRequested) return [];
    const offset = document.offsetAt(position);
    const text = document.getText();
    const input = {
      path,
      languageId: document.languageId,
      prefix: text.slice(Math.max(0, offset - AROUND), offset),
      suffix: text.slice(offset, offset + AROUND),
    };
    try {
      const answer = CompletionResult.parse(
        await this.agent.invoke({ name: 'coding.complete', input }, { token }),
      );
      this.tell(answer);
      if (answer.text === '' || token.isCancellationRequested) return [];
      return [new vscode.InlineCompletionItem(answer.text, new vscode.Range(position, position))];
    } catch {
      // Nothing is said while one types: the status bar tells the state of the model.
      return [];
    }
  }
}

/** Shows whether completion is on, where it is, and switches it by a click. */
export class CompletionStatus implements vscode.Disposable {
  private readonly item: vscode.StatusBarItem;

  constructor() {
    this.item = vscode.window.createStatusBarItem('zoey.completion', vscode.StatusBarAlignment.Right, 99);
    this.item.name = 'Zoey: code completion';
    this.item.command = 'zoey.toggleCompletion';
  }

  draw(enabled: boolean, reason?: CompletionResult['reason']): void {
    const able = reason !== 'no_model';
    this.item.text = able ? '$(sparkle)' : '$(warning)';
    this.item.tooltip = able
      ? 'Zoey completes code as you type. Click to switch it off.'
      : 'No model is installed that can fill in the middle, such as qwen2.5-coder:1.5b. Click to switch completion off.';
    const state = able ? 'on' : 'on, but no model can';
    this.item.accessibilityInformation = { label: `Zoey completes code: ${state}`, role: 'button' };
    if (enabled) this.item.show();
    else this.item.hide();
  }

  dispose(): void {
    this.item.dispose();
  }
}

/** Switches completion in the person's own settings. */
export async function toggleCompletion(): Promise<void> {
  const section = vscode.workspace.getConfiguration('zoey');
  const enabled = section.get('completion.enabled') === true;
  await section.update('completion.enabled', !enabled, vscode.ConfigurationTarget.Global);
  void vscode.window.setStatusBarMessage(
    enabled ? 'Zoey no longer completes code' : 'Zoey completes code as you type',
    4000,
  );
}
