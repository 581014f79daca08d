import * as vscode from 'vscode';
import { isCode, pathOf } from '../attachments.ts';
import { innerParts } from '../paths.ts';

/** What nobody looks for, beside what the editor's own settings leave out. */
export const LEFT_OUT = '**/{node_modules,.git,.venv,__pycache__,dist,build,out,target}/**';

/** Where a relative path of an answer belongs: in the first folder, or in another whose name goes before. */
export function fileInWorkspace(path: string): vscode.Uri | undefined {
  const parts = innerParts(path);
  const [first, ...others] = vscode.workspace.workspaceFolders ?? [];
  if (!parts || !first) return undefined;
  return inNamed(others, parts)[0] ?? vscode.Uri.joinPath(first.uri, ...parts);
}

/** The file of the workspace that a path names; undefined where there is none, not even in a folder of that name. */
export async function existingFile(path: string): Promise<vscode.Uri | undefined> {
  const parts = innerParts(path);
  if (!parts) return undefined;
  const folders = vscode.workspace.workspaceFolders ?? [];
  const inFirst = folders.slice(0, 1).map(({ uri }) => vscode.Uri.joinPath(uri, ...parts));
  for (const uri of [...inFirst, ...inNamed(folders, parts)]) {
    const found = await vscode.workspace.fs.stat(uri).then(
      ({ type }) => (type & vscode.FileType.File) !== 0,
      () => false,
    );
    if (found) return uri;
  }
  return undefined;
}

function inNamed(
  folders: readonly vscode.WorkspaceFolder[],
  [name, ...rest]: readonly string[],
): vscode.Uri[] {
  const named = folders.filter((folder) => folder.name === name && rest.length > 0);
  return named.map(({ uri }) => vscode.Uri.joinPath(uri, ...rest));
}

/** The open document of a path. */
export function openDocument(path: string): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find(
    (document) => isCode(document) && pathOf(document) === path && !document.isClosed,
  );
}

/** The document of a path, read where it is not open; undefined where there is none, or it is no text. */
export async function documentAt(path: string): Promise<vscode.TextDocument | undefined> {
  const open = openDocument(path);
  const uri = open ? undefined : await existingFile(path);
  if (!uri) return open;
  return vscode.workspace.openTextDocument(uri).then(
    (read) => read,
    () => undefined,
  );
}
