import * as vscode from 'vscode';
import type { Attachment } from '../../runtime/types/memory.ts';
import { MAX_TEXT } from '../../runtime/types/primitives.ts';
import { problemText } from '../../runtime/types/problems.ts';
import { isCode, pathOf, pathOfUri } from '../attachments.ts';
import { looksSecret } from '../paths.ts';
import { asCodeDiagnostic } from './diagnostics.ts';
import { withoutSecrets } from './diffs.ts';
import { changesOf, gitRepository } from './git.ts';

/** Problems that are told. */
const MAX_PROBLEMS = 200;
/** Characters that are taken from the terminal. */
const MAX_TERMINAL = 100_000;
/** The escape sequences by which a terminal is told of colours. */
const COLOURS = /\p{Cc}\[[0-9;]*m/gu;

/** As the agent knows a diff. */
export const DIFF_PATH = 'git.diff';
const ALL_PROBLEMS = 'problems';

/** What is staged, else what changed in the working tree; undefined where nothing did, or there is no repository. */
export async function currentDiff(): Promise<Attachment | undefined> {
  const repository = await gitRepository();
  if (!repository) return undefined;
  const { diff: all, staged } = await changesOf(repository);
  const diff = withoutSecrets(all);
  if (diff.trim() === '') return undefined;
  return {
    kind: 'diff',
    path: DIFF_PATH,
    languageId: 'diff',
    label: `${staged ? 'Staged changes' : 'Changes'}${diff.length > MAX_TEXT ? ', the first part' : ''}`,
    text: clean(diff.slice(0, MAX_TEXT)),
  };
}

/** The problems of the open file and of all files, as far as there are any. */
export function currentProblems(): Attachment[] {
  const document = vscode.window.activeTextEditor?.document;
  const here = document && isCode(document) ? problemsOf(pathOf(document)) : undefined;
  const all = problemsOf(ALL_PROBLEMS);
  return [here, all].filter((attachment) => attachment !== undefined);
}

/** The problems at a path, or all; undefined where there are none. */
export function problemsOf(path: string): Attachment | undefined {
  const lines = vscode.languages
    .getDiagnostics()
    .filter(([uri]) => path === ALL_PROBLEMS || pathOfUri(uri) === path)
    .filter(([uri]) => vscode.workspace.getWorkspaceFolder(uri) && !looksSecret(pathOfUri(uri)))
    .flatMap(([uri, found]) => found.map((problem) => ({ place: pathOfUri(uri), problem })))
    .sort((a, b) => a.problem.severity - b.problem.severity)
    .slice(0, MAX_PROBLEMS)
    .map(({ place, problem }) => problemText({ path: place, ...asCodeDiagnostic(problem) }));
  if (lines.length === 0) return undefined;
  const where = path === ALL_PROBLEMS ? 'All problems' : `Problems in ${path.split('/').pop()}`;
  return { kind: 'problems', path, label: where, text: clean(lines.join('\n')) };
}

/** What is selected in the terminal; the clipboard, by which alone it can be read, is put back. */
export async function terminalSelection(): Promise<Attachment | undefined> {
  const terminal = vscode.window.activeTerminal;
  if (!terminal) return undefined;
  const held = await vscode.env.clipboard.readText();
  await vscode.env.clipboard.writeText('');
  await vscode.commands.executeCommand('workbench.action.terminal.copySelection');
  const text = clean((await vscode.env.clipboard.readText()).slice(0, MAX_TERMINAL));
  await vscode.env.clipboard.writeText(held);
  if (text.trim() === '') return undefined;
  return { kind: 'terminal', path: 'terminal', label: `Terminal ${terminal.name}`.slice(0, 200), text };
}

/** Without what attachments may not carry: control characters, but tabs and line ends. */
function clean(text: string): string {
  return text.replace(COLOURS, '').replace(/[^\P{Cc}\t\n\r]/gu, ' ');
}
