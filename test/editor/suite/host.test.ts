import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('the editor that the suite runs in', () => {
  it('has the workspace open', () => {
    assert.equal(vscode.workspace.workspaceFolders?.length, 1);
  });

  it('runs extensions beside the files of the workspace', async () => {
    const [file] = await vscode.workspace.findFiles('src/greet.ts');
    assert.ok(file);
    const document = await vscode.workspace.openTextDocument(file);
    assert.match(document.getText(), /export function greet/);
  });
});
