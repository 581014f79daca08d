import * as vscode from 'vscode';
import type { Agent } from './agent.ts';
import { reportOf } from './modelStatus.ts';

/** Ticks off the steps of the walkthrough by what passes by: the manifest names these contexts. */
export function followWalkthrough(agent: Agent): vscode.Disposable {
  const set = (context: string, value: boolean) =>
    vscode.commands.executeCommand('setContext', context, value);
  return agent.onDidAnswer(({ name, output }) => {
    const report = reportOf(name, output);
    if (report) {
      void set('zoey.ollamaFound', report.state === 'ready' || report.state === 'no_model');
      void set('zoey.modelReady', report.state === 'ready');
    }
    if (name === 'chat.send') void set('zoey.asked', true);
  });
}
