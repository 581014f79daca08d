import * as vscode from 'vscode';

/** A button on a failure, and the command that helps. */
export interface FailureCure {
  label: string;
  command: string;
}

export const RESTART: FailureCure = { label: 'Restart', command: 'zoey.restart' };
export const SHOW_LOG: FailureCure = { label: 'Show Log', command: 'zoey.showLog' };

/** Shows what failed and what to do, with the one button that helps, if any. */
export async function tellWithCure(words: string, cure: FailureCure | undefined): Promise<void> {
  const chosen = await vscode.window.showErrorMessage(words, ...(cure ? [cure.label] : []));
  if (cure && chosen === cure.label) await vscode.commands.executeCommand(cure.command);
}
