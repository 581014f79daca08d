import * as vscode from 'vscode';
import type { Cure, CureTargets } from './cure.ts';

interface MenuItem extends vscode.QuickPickItem {
  run(): Thenable<unknown>;
}

const command = (label: string, id: `zoey.${string}`): MenuItem => ({
  label,
  run: () => vscode.commands.executeCommand(id),
});

/** What the status bar's item opens. */
export async function showMenu(cure: Cure | undefined, host: CureTargets['host']): Promise<void> {
  const completes = vscode.workspace.getConfiguration('zoey').get('completion.enabled') === true;
  const targets: CureTargets = {
    host,
    openChat: async () => vscode.commands.executeCommand('zoey.openChat'),
    selectModel: async () => vscode.commands.executeCommand('zoey.selectModel'),
  };
  const items: MenuItem[] = [
    ...(cure ? [{ label: cure.label, run: () => cure.run(targets) }] : []),
    command('$(comment-discussion) Open Chat', 'zoey.openChat'),
    command('$(search) Find in Workspace', 'zoey.find'),
    command('$(checklist) Review Changes', 'zoey.reviewChanges'),
    command(`$(sparkle) Switch Code Completion ${completes ? 'Off' : 'On'}`, 'zoey.toggleCompletion'),
    command('$(chip) Select Model', 'zoey.selectModel'),
    command('$(list-flat) Show Request Ledger', 'zoey.showLedger'),
    command('$(output) Show Log', 'zoey.showLog'),
    command('$(refresh) Restart Agent', 'zoey.restart'),
  ];
  const chosen = await vscode.window.showQuickPick(items, { title: 'Zoey', placeHolder: 'What to do' });
  await chosen?.run();
}
