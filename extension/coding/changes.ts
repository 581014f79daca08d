import * as vscode from 'vscode';
import type { CodeDiagnostic, CodingResult } from '../../runtime/types/coding.ts';
import type { Agent } from '../agent.ts';
import { asCodeDiagnostic, diagnosticsIn } from '../editor/diagnostics.ts';
import { fileInWorkspace } from '../editor/files.ts';
import { enclosingSymbol } from '../editor/languageServices.ts';
import { wholeLines } from '../editor/lines.ts';
import { codeEditor, targetOf } from './gather.ts';
import type { EditReviews } from './review.ts';
import { symbolsFor } from './symbols.ts';
import { runTask, type TaskRequest } from './task.ts';
import { problemsTold } from './toldProblems.ts';

/** What the commands that change code work with. */
export interface ChangeParts {
  agent: Pick<Agent, 'invoke'>;
  reviews: Pick<EditReviews, 'review'>;
}

/** What the lightbulb hands over: where the problem is, and what is known of it. */
export interface LightbulbTarget {
  uri: vscode.Uri;
  range: vscode.Range;
  diagnostics: readonly vscode.Diagnostic[];
}

/** How long the language services get to look at a changed file again, in all and since their last word, in ms. */
const SETTLE = 3_000;
const QUIET = 500;

/** Fixes the problems at the cursor, or those that the lightbulb names; then tells which are gone. */
export async function fix(parts: ChangeParts, from?: unknown): Promise<void> {
  const place = isLightbulbTarget(from) ? await placeOf(from) : placeAtCursor();
  if (!place) return;
  const { document, range, diagnostics } = place;
  if (diagnostics.length === 0) {
    void vscode.window.showInformationMessage(
      'No problem is reported here. Put the cursor on one, or use Edit Code.',
    );
    return;
  }
  const request: TaskRequest = {
    task: 'fix',
    target: targetOf(document, await blockAround(document, range)),
    diagnostics,
    symbols: await symbolsFor('fix', { document, range: wholeLines(document, range) }),
  };
  const before = diagnosticsIn(document);
  const accepted = await propose(parts, document, { title: 'Fixing', request });
  if (accepted > 0) tellProblems(before, await settledDiagnostics(document));
}

/** Changes the selection, or the symbol at the cursor, as the person says. */
export async function edit(parts: ChangeParts, task: 'edit' | 'refactor'): Promise<void> {
  const editor = codeEditor();
  if (!editor) return;
  const { document } = editor;
  const range = await chosenRange(editor);
  const instruction = await vscode.window.showInputBox({
    title: task === 'refactor' ? 'Refactor' : 'Edit Code',
    prompt: 'What should be changed?',
    placeHolder:
      task === 'refactor' ? 'extract the retry loop into a function' : 'return early where the list is empty',
  });
  if (!instruction?.trim()) return;
  await propose(parts, document, {
    title: task === 'refactor' ? 'Refactoring' : 'Editing',
    request: {
      task,
      target: targetOf(document, range),
      instruction,
      symbols: range ? await symbolsFor(task, { document, range }) : [],
    },
  });
}

export async function document(parts: ChangeParts): Promise<void> {
  const editor = codeEditor();
  if (!editor) return;
  const range = await chosenRange(editor);
  await propose(parts, editor.document, {
    title: 'Documenting',
    request: {
      task: 'document',
      target: targetOf(editor.document, range),
      symbols: range ? await symbolsFor('document', { document: editor.document, range }) : [],
    },
  });
}

export async function generateTests(parts: ChangeParts): Promise<void> {
  const editor = codeEditor();
  if (!editor) return;
  const range = editor.selection.isEmpty ? undefined : editor.selection;
  const whole = new vscode.Range(0, 0, editor.document.lineCount, 0);
  const about = { document: editor.document, range: range ?? editor.document.validateRange(whole) };
  await propose(parts, editor.document, {
    title: 'Writing tests',
    request: {
      task: 'tests',
      target: targetOf(editor.document, range),
      symbols: await symbolsFor('tests', about),
    },
  });
}

/** Writes new code where the cursor is. */
export async function generate(parts: ChangeParts): Promise<void> {
  const editor = codeEditor();
  if (!editor) return;
  const instruction = await vscode.window.showInputBox({
    title: 'Generate Code',
    prompt: 'What should stand at the cursor?',
    placeHolder: 'a function that reads a CSV file into rows',
  });
  if (!instruction?.trim()) return;
  const { line, character } = editor.selection.active;
  const about = { document: editor.document, range: linesBefore(editor) };
  await propose(parts, editor.document, {
    title: 'Writing code',
    request: {
      task: 'generate',
      target: { ...targetOf(editor.document, undefined), cursor: { line: line + 1, character } },
      instruction,
      symbols: await symbolsFor('generate', about),
    },
  });
}

/** Runs a task that changes code and lets the person review what comes; returns how many hunks were accepted. */
async function propose(
  { agent, reviews }: ChangeParts,
  document: vscode.TextDocument,
  { title, request }: { title: string; request: TaskRequest },
): Promise<number> {
  const result = await runTask(agent, title, request);
  if (!result) return 0;
  if (result.kind !== 'edit') {
    void vscode.window.showInformationMessage(unchangedWords(result));
    return 0;
  }
  const own = result.edit.path === request.target?.path;
  const uri = own ? document.uri : fileInWorkspace(result.edit.path);
  if (!uri) {
    void vscode.window.showWarningMessage(
      `${result.edit.path} is not in this workspace, so nothing can be shown.`,
    );
    return 0;
  }
  return (await reviews.review(result.edit, uri)).accepted;
}

function unchangedWords(result: CodingResult): string {
  const why = result.kind === 'unchanged' ? result.explanation.split('\n')[0] : '';
  return ['The model would leave the code as it is.', why].join(' ').trim();
}

/** A menu hands over the address of its file instead. */
function isLightbulbTarget(from: unknown): from is LightbulbTarget {
  return typeof from === 'object' && from !== null && 'diagnostics' in from;
}

async function placeOf({ uri, range, diagnostics }: LightbulbTarget) {
  const document = await vscode.workspace.openTextDocument(uri);
  return { document, range, diagnostics: diagnostics.map(asCodeDiagnostic) };
}

function placeAtCursor() {
  const editor = codeEditor();
  if (!editor) return undefined;
  const { document, selection } = editor;
  const line = document.lineAt(selection.active.line).range;
  const range = selection.isEmpty ? line : selection;
  return { document, range, diagnostics: diagnosticsIn(document, range) };
}

/** The selection; without one, the symbol around the cursor; undefined where there is none. */
async function chosenRange({ document, selection }: vscode.TextEditor): Promise<vscode.Range | undefined> {
  if (!selection.isEmpty) return selection;
  return (await enclosingSymbol(document, selection.active))?.range;
}

/** What stands right before the cursor names what the new code will use. */
function linesBefore({ selection: { active } }: vscode.TextEditor): vscode.Range {
  return new vscode.Range(Math.max(active.line - AROUND_LINES, 0), 0, active.line, active.character);
}

/** The function or class around a problem, where it is not too long: what a fix may have to touch. */
async function blockAround(document: vscode.TextDocument, range: vscode.Range): Promise<vscode.Range> {
  const symbol = await enclosingSymbol(document, range.start);
  const few = symbol && symbol.range.end.line - symbol.range.start.line <= MAX_BLOCK_LINES;
  if (few && symbol.range.contains(range)) return symbol.range;
  const last = Math.min(range.end.line + AROUND_LINES, document.lineCount - 1);
  return new vscode.Range(
    Math.max(range.start.line - AROUND_LINES, 0),
    0,
    last,
    document.lineAt(last).text.length,
  );
}

const MAX_BLOCK_LINES = 80;
const AROUND_LINES = 10;

/** The problems of a file once its language services have looked at it again, or after a while. */
async function settledDiagnostics(document: vscode.TextDocument): Promise<CodeDiagnostic[]> {
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(last);
      clearTimeout(quiet);
      listener.dispose();
      resolve();
    };
    const last = setTimeout(done, SETTLE);
    let quiet: NodeJS.Timeout | undefined;
    // Several services look at a file, each in several steps.
    const listener = vscode.languages.onDidChangeDiagnostics(({ uris }) => {
      if (!uris.some((uri) => uri.toString() === document.uri.toString())) return;
      clearTimeout(quiet);
      quiet = setTimeout(done, QUIET);
    });
  });
  return diagnosticsIn(document);
}

function tellProblems(before: readonly CodeDiagnostic[], after: readonly CodeDiagnostic[]): void {
  const told = problemsTold(before, after);
  if (told?.worse) void vscode.window.showWarningMessage(told.text);
  else if (told) void vscode.window.showInformationMessage(told.text);
}
