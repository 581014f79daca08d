import path from 'node:path';
import * as vscode from 'vscode';
import { contract } from '../../runtime/protocol/contract.ts';
import type { FileEdit } from '../../runtime/types/edit.ts';
import type { JsonValue } from '../../runtime/types/primitives.ts';
import { pathOf, pathOfUri } from '../attachments.ts';
import { LEFT_OUT } from '../editor/files.ts';
import { enclosingSymbol } from '../editor/languageServices.ts';
import { wordsOf } from '../failures.ts';
import type { ChangeParts } from './changes.ts';
import { codeEditor, targetOf } from './gather.ts';
import { symbolsFor } from './symbols.ts';
import { runTask } from './task.ts';

/** Files that are looked through for what a renaming missed, and how long that may take, in milliseconds. */
const MAX_LOOKED = 300;
const LOOK = 1_000;
const MAX_NAMED = 3;
const LINES = 20;
/** Files whose places are shown before a renaming. */
const MAX_SHOWN = 12;

/** The name that is to change, where it stands. */
interface Named {
  document: vscode.TextDocument;
  at: vscode.Position;
  name: string;
}

/**
 * Suggests names for the symbol at the cursor. The one that is picked is given by the editor's own rename; where the
 * language has none, by the syntax of the file, as a change to review.
 */
export async function suggestNames(parts: ChangeParts): Promise<void> {
  const editor = codeEditor();
  if (!editor) return;
  const { document, selection } = editor;
  const word = document.getWordRangeAtPosition(selection.active);
  if (!word) {
    void vscode.window.showInformationMessage('Put the cursor on the name that should change.');
    return;
  }
  const named = { document, at: word.start, name: document.getText(word) };
  const picked = await pickName(parts, named, word);
  if (!picked) return;
  const change = await renameByService(named, picked);
  if (!change) return renameBySyntax(parts, named, picked);
  if (!(await agreed(change, named, picked))) return;
  if (!(await vscode.workspace.applyEdit(change, { isRefactoring: true }))) return;
  tellRenamed(named, { picked, change, missed: await missedBy(change, named) });
}

async function pickName(
  { agent }: ChangeParts,
  { document, at, name }: Named,
  word: vscode.Range,
): Promise<string | undefined> {
  const symbol = await enclosingSymbol(document, at);
  const around =
    symbol?.range ?? new vscode.Range(Math.max(word.start.line - LINES, 0), 0, word.end.line + LINES, 0);
  const result = await runTask(agent, `Looking for a better name than ${name}`, {
    task: 'rename',
    target: targetOf(document, document.validateRange(around)),
    instruction: name,
    symbols: await symbolsFor('rename', { document, range: word, name: at }),
  });
  if (result?.kind !== 'names') return undefined;
  if (result.names.length === 0) {
    void vscode.window.showInformationMessage(`The model found no better name than ${name}.`);
    return undefined;
  }
  return vscode.window.showQuickPick(result.names, { title: `Rename ${name}`, placeHolder: 'The new name' });
}

/** Undefined where the language has no renaming, or it refuses: the same to the person. */
async function renameByService(
  { document, at }: Named,
  picked: string,
): Promise<vscode.WorkspaceEdit | undefined> {
  try {
    const found = await vscode.commands.executeCommand<vscode.WorkspaceEdit | undefined>(
      'vscode.executeDocumentRenameProvider',
      document.uri,
      at,
      picked,
    );
    return found && found.size > 0 ? found : undefined;
  } catch {
    return undefined;
  }
}

/** Shows which places would change. The editor's own preview has every place to be ticked by itself. */
async function agreed(change: vscode.WorkspaceEdit, { name }: Named, picked: string): Promise<boolean> {
  const files = change
    .entries()
    .map(([uri, edits]) => `${pathOfUri(uri)}: ${counted(edits.length, 'place')}`);
  const more = files.length > MAX_SHOWN ? [`and ${files.length - MAX_SHOWN} more`] : [];
  const rename = 'Rename';
  const question = `Rename ${name} to ${picked} in ${counted(files.length, 'file')}?`;
  const detail = [...files.slice(0, MAX_SHOWN), ...more].join('\n');
  return (await vscode.window.showInformationMessage(question, { modal: true, detail }, rename)) === rename;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** Where that is not safe, the person is told why. */
async function renameBySyntax({ agent, reviews }: ChangeParts, named: Named, picked: string): Promise<void> {
  const { document, at } = named;
  const { path: file, text, languageId } = targetOf(document, undefined);
  const input = { path: file, text, languageId, line: at.line + 1, character: at.character, name: picked };
  let edit: FileEdit;
  try {
    const answer = await agent.invoke({ name: 'coding.rename', input: input as JsonValue });
    edit = contract['coding.rename'].output.parse(answer).edit;
  } catch (error) {
    void vscode.window.showInformationMessage(wordsOf(error));
    return;
  }
  await reviews.review(edit, document.uri);
}

/** Files that name both the symbol and the file it comes from, and that the renaming did not touch. */
async function missedBy(change: vscode.WorkspaceEdit, { document, name }: Named): Promise<string[]> {
  const touched = new Set(change.entries().map(([uri]) => uri.toString()));
  const { ext, name: stem } = path.posix.parse(document.uri.path);
  if (ext === '' || !vscode.workspace.getWorkspaceFolder(document.uri)) return [];
  const end = Date.now() + LOOK;
  const missed: string[] = [];
  for (const uri of await vscode.workspace.findFiles(`**/*${ext}`, LEFT_OUT, MAX_LOOKED)) {
    if (Date.now() > end) break;
    if (touched.has(uri.toString()) || uri.toString() === document.uri.toString()) continue;
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
    if (hasWord(text, name) && hasWord(text, stem)) missed.push(pathOfUri(uri));
  }
  return missed;
}

function hasWord(text: string, word: string): boolean {
  return text.includes(word) && text.split(/[^\p{L}\p{N}_$]+/u).includes(word);
}

interface Done {
  picked: string;
  change: vscode.WorkspaceEdit;
  missed: readonly string[];
}

/** What one sees in the file itself need not be said. */
function tellRenamed({ document, name }: Named, { picked, change, missed }: Done): void {
  const files = change.entries().length;
  const done = `${name} is now ${picked} in ${files === 1 ? pathOf(document) : `${files} files`}.`;
  const [first] = missed;
  if (first === undefined) {
    if (files > 1) void vscode.window.showInformationMessage(done);
    return;
  }
  const more = missed.length > MAX_NAMED ? ` and ${missed.length - MAX_NAMED} more` : '';
  const others = `${missed.slice(0, MAX_NAMED).join(', ')}${more}`;
  const why = /^(?:type|java)script/.test(document.languageId)
    ? 'A tsconfig.json or jsconfig.json tells the editor which files belong together.'
    : 'The language service did not find it there.';
  void vscode.window.showWarningMessage(`${done} ${others} may still use the old name: look there. ${why}`);
}
