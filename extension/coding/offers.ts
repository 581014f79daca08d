import * as vscode from 'vscode';
import type { Settings } from '../../runtime/types/host.ts';
import type { Agent } from '../agent.ts';
import { CompletionProvider, CompletionStatus } from './completion.ts';
import { Lightbulb } from './lightbulb.ts';
import { registerParticipant } from './participant.ts';
import { registerTools } from './tools.ts';

const CODE: vscode.DocumentSelector = [
  { scheme: 'file' },
  { scheme: 'untitled' },
  { scheme: 'vscode-notebook-cell' },
];

/** What the editor offers by itself: lightbulb, ghost text, tools and a participant for its own agents. */
export function offerCodingInEditor(
  agent: Pick<Agent, 'invoke'>,
  configuration: { readonly settings: Settings; onDidChange(listener: () => void): vscode.Disposable },
): vscode.Disposable {
  const completes = () => configuration.settings.completion;
  const status = new CompletionStatus();
  status.draw(completes());
  return vscode.Disposable.from(
    status,
    configuration.onDidChange(() => status.draw(completes())),
    vscode.languages.registerCodeActionsProvider(CODE, new Lightbulb(), {
      providedCodeActionKinds: [vscode.CodeActionKind.QuickFix, vscode.CodeActionKind.RefactorRewrite],
    }),
    vscode.languages.registerInlineCompletionItemProvider(
      CODE,
      new CompletionProvider(agent, {
        enabled: completes,
        tell: ({ reason }) => status.draw(completes(), reason),
      }),
    ),
    registerTools(agent),
    registerParticipant(agent),
  );
}
