import * as vscode from 'vscode';
import type { CodeTarget } from '../../runtime/types/coding.ts';
import { MAX_SOURCE } from '../../runtime/types/edit.ts';
import { isCode, pathOf } from '../attachments.ts';
import { linesOf } from '../editor/lines.ts';
import { looksSecret } from '../paths.ts';

/** The document of the active editor where Zoey may work on it; else the person is told why not. */
export function codeEditor(): vscode.TextEditor | undefined {
  const editor = vscode.window.activeTextEditor;
  if (!editor || !isCode(editor.document)) {
    void vscode.window.showInformationMessage('Open a file first, and put the cursor where it matters.');
    return undefined;
  }
  const path = pathOf(editor.document);
  if (looksSecret(path)) {
    void vscode.window.showWarningMessage(
      `${path} looks like a file of secrets. Zoey leaves such files alone.`,
    );
    return undefined;
  }
  if (editor.document.getText().length > MAX_SOURCE) {
    void vscode.window.showWarningMessage(`${path} is too large to be worked on: more than 1 MB.`);
    return undefined;
  }
  return editor;
}

/** The file as it is now, and the lines in question: those that are selected, or of `range`. */
export function targetOf(document: vscode.TextDocument, range: vscode.Range | undefined): CodeTarget {
  const text = document.getText();
  const { languageId } = document;
  return {
    path: pathOf(document),
    text,
    languageId,
    ...(range && !range.isEmpty && { selection: linesOf(range) }),
  };
}
