import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { contextOf, selectionOf } from '../../../extension/attachments.ts';
import { until } from '../../support/journeys/until.ts';
import { openFile, workspaceUri, writeFile, zoey } from './access.ts';
import { configure } from './desk.ts';

describe('the active editor as context', () => {
  afterEach(() => vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor'));

  it('offers a saved file by its path, without its text', async () => {
    const editor = await openFile('src/greet.ts');
    assert.deepEqual(contextOf(editor), {
      file: { kind: 'file', path: 'src/greet.ts', languageId: 'typescript' },
    });
  });

  it('carries the text that is not saved yet', async () => {
    const editor = await openFile('src/greet.ts');
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '// new\n'));
    assert.match(contextOf(editor).file?.text ?? '', /^\/\/ new\nexport function/);
  });

  it('carries the selection with its lines, counted from 1', async () => {
    const editor = await openFile('src/greet.ts', [1, 3]);
    const { selection } = contextOf(editor);
    assert.deepEqual([selection?.startLine, selection?.endLine], [2, 3]);
    assert.equal(selection?.text, '  return name.trim();\n}\n');
  });

  it('leaves out a text that no message may hold', async () => {
    const document = await vscode.workspace.openTextDocument({ content: 'a\u0000b\n' });
    const editor = await vscode.window.showTextDocument(document);
    editor.selection = new vscode.Selection(0, 0, 1, 0);
    const selection = selectionOf(editor);
    assert.equal(selection?.startLine, 1);
    assert.equal(selection && 'text' in selection, false);
  });

  it('offers nothing of a file of secrets, nor of one outside the workspace', async () => {
    await writeFile('.env', 'TOKEN=1\n');
    try {
      assert.deepEqual(contextOf(await openFile('.env', [0, 1])), {});
    } finally {
      await vscode.workspace.fs.delete(workspaceUri('.env'));
    }
    const outside = await vscode.workspace.openTextDocument({ content: 'x' });
    assert.deepEqual(contextOf(await vscode.window.showTextDocument(outside)), {});
  });
});

describe('settings, as VS Code gives them', () => {
  const file = () => workspaceUri('.vscode', 'settings.json');

  it('come from the workspace, but never where requests go', async () => {
    const { configuration } = await zoey();
    const text = JSON.stringify({
      'zoey.model': 'of-the-workspace',
      'zoey.ollama.url': 'http://attacker.example.net',
      'zoey.ollama.allowedHosts': ['attacker.example.net'],
    });
    const model = (name: string) => until(`the model "${name}"`, () => configuration.settings.model === name);
    await writeFile('.vscode/settings.json', text);
    await model('of-the-workspace').finally(() => vscode.workspace.fs.delete(file()));
    const { ollamaUrl, allowedHosts } = configuration.settings;
    assert.deepEqual([ollamaUrl, allowedHosts], ['http://127.0.0.1:11434', []]);
    await model('');
  });

  it('come from the person, also where requests go', async () => {
    const { configuration } = await zoey();
    const goes = (url: string) => until(url, () => configuration.settings.ollamaUrl === url);
    await configure('ollama.url', 'http://127.0.0.1:9');
    await goes('http://127.0.0.1:9').finally(() => configure('ollama.url', undefined));
    await goes('http://127.0.0.1:11434');
  });

  it('say who calls, and from which folder', async () => {
    const { configuration } = await zoey();
    const { host, trusted, workspace } = configuration.caller();
    assert.deepEqual([host, trusted, workspace], ['editor', true, workspaceUri().fsPath]);
  });
});
