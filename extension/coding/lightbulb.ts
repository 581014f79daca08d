import * as vscode from 'vscode';
import { isCode, pathOf } from '../attachments.ts';
import { looksSecret } from '../paths.ts';
import type { LightbulbTarget } from './changes.ts';

/** Offers of the lightbulb. They are commands: nothing is computed until one is chosen. */
export class Lightbulb implements vscode.CodeActionProvider {
  provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    context: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    if (!isCode(document) || looksSecret(pathOf(document))) return [];
    const diagnostics = [...context.diagnostics];
    const actions: vscode.CodeAction[] = [];
    if (diagnostics.length > 0) {
      const around = diagnostics.reduce(
        (whole, { range: one }) => whole.union(one),
        new vscode.Range(range.start, range.end),
      );
      const target: LightbulbTarget = { uri: document.uri, range: around, diagnostics };
      actions.push(
        action('Fix with Zoey', 'zoey.fix', { kind: vscode.CodeActionKind.QuickFix, diagnostics, target }),
        action('Explain error with Zoey', 'zoey.explainProblem', {
          kind: vscode.CodeActionKind.QuickFix,
          diagnostics,
          target,
        }),
      );
    }
    if (!range.isEmpty) {
      actions.push(action('Edit with Zoey…', 'zoey.edit', { kind: vscode.CodeActionKind.RefactorRewrite }));
    }
    return actions;
  }
}

function action(
  title: string,
  command: string,
  {
    kind,
    diagnostics,
    target,
  }: { kind: vscode.CodeActionKind; diagnostics?: vscode.Diagnostic[]; target?: LightbulbTarget },
): vscode.CodeAction {
  const offered = new vscode.CodeAction(title, kind);
  offered.command = { title, command, ...(target && { arguments: [target] }) };
  if (diagnostics) offered.diagnostics = diagnostics;
  return offered;
}
