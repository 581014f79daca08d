import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import { MAX_SOURCE } from '../../runtime/types/edit.ts';
import type { Agent } from '../agent.ts';
import { withoutSecrets } from '../editor/diffs.ts';
import { changesOf, type GitRepository, gitProgram, gitRepository, recentSubjects } from '../editor/git.ts';
import { DIFF_PATH } from '../editor/states.ts';
import type { Ask } from './ask.ts';
import type { Findings } from './findings.ts';
import { runTask } from './task.ts';

/** Characters of a commit that the chat is given: more than any local model reads. */
const MAX_ATTACHED = 200_000;

/** What the commands of source control work with. */
export interface SourceControlParts {
  agent: Pick<Agent, 'invoke'>;
  findings: Findings;
  ask: Ask;
}

/** Writes the message for what is staged, or else for all changes, into the input box of source control. */
export async function commitMessage(
  { agent }: SourceControlParts,
  of?: { rootUri?: vscode.Uri },
): Promise<void> {
  const found = await changedRepository(of);
  if (!found) return;
  const { repository, diff } = found;
  const result = await runTask(agent, 'Writing a commit message', {
    task: 'commit',
    diff,
    style: await recentSubjects(repository),
  });
  if (result?.kind !== 'message') return;
  const before = repository.inputBox.value;
  repository.inputBox.value = result.message;
  await vscode.commands.executeCommand('workbench.view.scm');
  // What the person had typed is not lost.
  if (before.trim() === '') return;
  const back = 'Put It Back';
  const chosen = await vscode.window.showInformationMessage('Your message was replaced.', back);
  if (chosen === back && repository.inputBox.value === result.message) repository.inputBox.value = before;
}

/** Looks through what is staged, or else all changes; what is found is listed as problems and comments. */
export async function reviewChanges(
  { agent, findings }: SourceControlParts,
  of?: { rootUri?: vscode.Uri },
): Promise<void> {
  const found = await changedRepository(of);
  if (!found) return;
  const { repository, diff } = found;
  findings.clear();
  const result = await runTask(agent, 'Reviewing the changes', { task: 'review', diff });
  if (result?.kind !== 'findings') return;
  findings.show(result.findings, repository.rootUri);
  const skipped = result.skipped.length === 0 ? '' : ` Left out: ${result.skipped.join(', ')}.`;
  if (result.findings.length === 0) {
    void vscode.window.showInformationMessage(`Nothing was found in these changes.${skipped}`);
    return;
  }
  await vscode.commands.executeCommand('workbench.panel.markers.view.focus');
  void vscode.window.showInformationMessage(`${result.summary}${skipped}`);
}

/** Explains a commit that the person picks, in the chat. */
export async function explainCommit({ ask }: SourceControlParts): Promise<void> {
  const repository = await gitRepository();
  if (!repository) return noRepository();
  const commits = await repository.log({ maxEntries: 50 }).catch(() => []);
  const picked = await vscode.window.showQuickPick(
    commits.map(({ hash, message }) => ({
      label: message.split('\n')[0] ?? '',
      description: hash.slice(0, 8),
      hash,
    })),
    { title: 'Explain Commit', placeHolder: 'Which commit', matchOnDescription: true },
  );
  if (!picked) return;
  const text = await commitDiff(repository, picked.hash);
  await ask({
    text: `/explain ${picked.label}`,
    attachments: [
      { kind: 'diff', path: DIFF_PATH, languageId: 'diff', label: `Commit ${picked.description}`, text },
    ],
    send: true,
  });
}

async function changedRepository(of?: { rootUri?: vscode.Uri }) {
  const repository = await gitRepository(of);
  if (!repository) {
    noRepository();
    return undefined;
  }
  const { diff } = await changesOf(repository);
  if (diff.trim() === '') {
    void vscode.window.showInformationMessage(
      'There is no change to look at. New files count once they are staged.',
    );
    return undefined;
  }
  return { repository, diff: diff.slice(0, MAX_SOURCE) };
}

function noRepository(): void {
  void vscode.window.showInformationMessage('This folder has no Git repository that the editor knows.');
}

/** What a commit changed, as git prints it: the editor's own API has no text for it. */
async function commitDiff(repository: GitRepository, hash: string): Promise<string> {
  const { stdout } = await promisify(execFile)(
    await gitProgram(),
    // Of a merge: what it brought to the branch that it stands on.
    ['show', '--format=', '--first-parent', '-m', '--no-color', '--no-ext-diff', '--no-textconv', hash],
    { cwd: repository.rootUri.fsPath, maxBuffer: 64 * 1024 * 1024 },
  );
  return withoutSecrets(stdout).slice(0, MAX_ATTACHED);
}
