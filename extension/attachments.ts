import * as vscode from 'vscode';
import type { Attachment } from '../runtime/types/memory.ts';
import { Text } from '../runtime/types/primitives.ts';
import { looksSecret, outerName } from './paths.ts';

/** What an editor shows, as the panel offers it. */
export interface EditorContext {
  file?: Attachment;
  selection?: Attachment;
}

/** Documents that are code or prose of the person; not output, consoles, or old versions in a comparison. */
const SCHEMES: ReadonlySet<string> = new Set(['file', 'untitled', 'vscode-notebook-cell']);

/** Whether an editor can be asked about at all. */
export function isCode(document: vscode.TextDocument): boolean {
  return SCHEMES.has(document.uri.scheme);
}

/** The file and the selection of an editor on a workspace file. Empty for others, and for files of secrets. */
export function contextOf(editor: vscode.TextEditor): EditorContext {
  const { document } = editor;
  const folder = vscode.workspace.getWorkspaceFolder(document.uri);
  const path = pathOf(document);
  if (!folder || !isCode(document) || looksSecret(path)) return {};
  // What the agent can read by itself need not be carried: a saved file of the first folder.
  const onDisk = !document.isDirty && folder.index === 0;
  const file: Attachment = {
    kind: 'file',
    path,
    languageId: document.languageId,
    ...(!onDisk && textOf(document)),
  };
  const selection = selectionOf(editor);
  return selection ? { file, selection } : { file };
}

/** The selected piece of any editor, with its text as it is now; undefined where nothing is selected. */
export function selectionOf(editor: vscode.TextEditor): Attachment | undefined {
  const { document, selection } = editor;
  if (selection.isEmpty) return undefined;
  const { start, end } = selection;
  // A selection of whole lines ends before the first character of the next.
  const lastLine = end.character === 0 && end.line > start.line ? end.line - 1 : end.line;
  return {
    kind: 'selection',
    path: pathOf(document),
    startLine: start.line + 1,
    endLine: lastLine + 1,
    languageId: document.languageId,
    ...textOf(document, selection),
  };
}

/** Relative to the workspace, with forward slashes; in a second folder, that folder's name goes before. */
export function pathOf(document: vscode.TextDocument): string {
  return pathOfUri(document.uri);
}

/** The same for what is not open. */
export function pathOfUri(uri: vscode.Uri): string {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  if (!folder) return outerName(uri.path);
  return vscode.workspace.asRelativePath(uri, folder.index > 0).replaceAll('\\', '/');
}

/** Nothing where the text is too long or not a text: the agent then reads the file, or says why not. */
export function textOf(document: vscode.TextDocument, range?: vscode.Range): { text?: string } {
  const text = document.getText(range);
  return Text.safeParse(text).success ? { text } : {};
}
