import * as vscode from 'vscode';

/** Whole lines, counted from 1; a range that ends before the first character of a line does not touch it. */
export function linesOf({ start, end }: vscode.Range): { startLine: number; endLine: number } {
  const last = end.character === 0 && end.line > start.line ? end.line - 1 : end.line;
  return { startLine: start.line + 1, endLine: last + 1 };
}

export function wholeLines(document: vscode.TextDocument, { start, end }: vscode.Range): vscode.Range {
  return document.validateRange(new vscode.Range(start.line, 0, end.line, Number.MAX_SAFE_INTEGER));
}
