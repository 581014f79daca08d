import * as vscode from 'vscode';
import type { Agent } from './agent.ts';
import { reportOf } from './modelStatus.ts';

/** The steps of the walkthrough. The manifest completes each by the context `zoey.done.NAME`. */
type Step = 'ollama' | 'model' | 'ask';

/**
 * Ticks off the steps of the walkthrough by what passes by. VS Code ticks a step when its context becomes true,
 * and never in this window when it is true already as the walkthrough is first shown. So what is done is told
 * for a moment only, and again whenever a page opens that may be the walkthrough.
 */
export function followWalkthrough(agent: Agent): vscode.Disposable {
  const done = new Set<Step>();
  const finish = (step: Step) => {
    done.add(step);
    return tell(step);
  };
  return vscode.Disposable.from(
    agent.onDidAnswer(({ name, output }) => {
      const report = reportOf(name, output);
      if (report) {
        const ready = report.state === 'ready';
        const found = ready || report.state === 'no_model';
        void vscode.commands.executeCommand('setContext', 'zoey.ollamaFound', found);
        if (found && !done.has('ollama')) void finish('ollama');
        if (ready && !done.has('model')) void finish('model');
      }
      if (name === 'chat.send') void finish('ask');
    }),
    vscode.window.tabGroups.onDidChangeTabs(({ opened }) => {
      // The walkthrough is of no kind that an extension can tell.
      if (opened.some(({ input }) => input === undefined)) for (const step of done) void tell(step);
    }),
  );
}

async function tell(step: Step): Promise<void> {
  await vscode.commands.executeCommand('setContext', `zoey.done.${step}`, true);
  await vscode.commands.executeCommand('setContext', `zoey.done.${step}`, false);
}
