import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { allowHost } from '../../../extension/allowHost.ts';
import { Settings } from '../../../runtime/types/host.ts';
import { hostWith, openFile, workspaceUri } from './access.ts';

const settings = Settings.parse({});
const host = hostWith(settings);

describe('what the panel may ask of the editor', () => {
  afterEach(() => vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor'));

  it('opens a file at lines, both ends included, and selects them', async () => {
    assert.deepEqual(await host['editor/open']({ path: 'src/greet.ts', line: 2, endLine: 3 }), {
      opened: true,
    });
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document.uri.toString(), workspaceUri('src', 'greet.ts').toString());
    assert.deepEqual([editor?.selection.start.line, editor?.selection.end.line], [1, 2]);
  });

  it('bears lines that the file does not have', async () => {
    assert.deepEqual(await host['editor/open']({ path: 'README.md', line: 900, endLine: 5 }), {
      opened: true,
    });
    assert.equal(vscode.window.activeTextEditor?.selection.isEmpty, true);
  });

  for (const path of [
    '../outside.ts',
    '/etc/hosts',
    'src',
    'src/../../x',
    'file:///etc/hosts',
    'no/such.ts',
  ]) {
    it(`does not open ${path}`, async () => {
      assert.deepEqual(await host['editor/open']({ path }), { opened: false });
    });
  }

  it('inserts at the cursor, beside what is selected; one undo takes it back', async () => {
    const editor = await openFile('src/greet.ts', [0, 1]);
    const before = editor.document.getText();
    assert.deepEqual(await host['editor/insert']({ text: '// here\n' }), { inserted: true });
    assert.equal(editor.document.lineAt(1).text, '// here');
    assert.equal(editor.document.getText().replace('// here\n', ''), before);
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), before);
  });

  it('inserts nothing without an editor', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    assert.deepEqual(await host['editor/insert']({ text: 'x' }), { inserted: false });
  });

  it('inserts nothing in a read-only editor', async () => {
    const provider = vscode.workspace.registerTextDocumentContentProvider('zoey-test', {
      provideTextDocumentContent: () => 'fixed',
    });
    try {
      const document = await vscode.workspace.openTextDocument(vscode.Uri.parse('zoey-test:fixed.ts'));
      await vscode.window.showTextDocument(document);
      assert.deepEqual(await host['editor/insert']({ text: 'x' }), { inserted: false });
      assert.equal(document.getText(), 'fixed');
    } finally {
      provider.dispose();
    }
  });

  for (const url of ['file:///etc/hosts', 'command:zoey.restart', 'vscode://x/y', 'javascript:alert(1)']) {
    it(`does not browse ${url}`, async () => {
      await assert.rejects(host['editor/browse']({ url }), /Only web addresses/);
    });
  }

  it('shows one terminal for Ollama, however often it is asked', async () => {
    await host['editor/startOllama']({});
    await host['editor/startOllama']({});
    const terminals = vscode.window.terminals.filter(({ name }) => name === 'Ollama');
    for (const terminal of terminals) terminal.dispose();
    assert.equal(terminals.length, 1);
  });
});

describe('the word for another host', () => {
  const stored = () => vscode.workspace.getConfiguration('zoey').inspect('ollama.allowedHosts');
  const remote = 'http://user:pass@box.example.net:8080/x';

  /** Answers the question as the person would, and returns what was asked. */
  async function answering(answer: string | undefined, act: () => Promise<boolean>) {
    const asked: unknown[][] = [];
    const { showWarningMessage } = vscode.window;
    const reply = async (...args: unknown[]) => {
      asked.push(args);
      return answer;
    };
    Object.assign(vscode.window, { showWarningMessage: reply });
    try {
      return { allowed: await act(), asked };
    } finally {
      Object.assign(vscode.window, { showWarningMessage });
    }
  }

  afterEach(() =>
    vscode.workspace
      .getConfiguration('zoey')
      .update('ollama.allowedHosts', undefined, vscode.ConfigurationTarget.Global),
  );

  it('is asked with the name of the host and no password, and kept for the user alone', async () => {
    const { allowed, asked } = await answering('Allow', () => allowHost(remote, []));
    assert.equal(allowed, true);
    assert.equal(asked[0]?.[0], 'Allow requests to box.example.net:8080?');
    assert.equal(JSON.stringify(asked).includes('pass'), false);
    assert.deepEqual(stored()?.globalValue, ['box.example.net:8080']);
    assert.equal(stored()?.workspaceValue, undefined);
  });

  it('is not given by closing the question', async () => {
    const { allowed } = await answering(undefined, () => allowHost(remote, []));
    assert.equal(allowed, false);
    assert.equal(stored()?.globalValue, undefined);
  });

  it('is not asked again, nor for this machine', async () => {
    for (const address of [remote, settings.ollamaUrl]) {
      const word = () => allowHost(address, ['box.example.net:8080']);
      const { allowed, asked } = await answering(undefined, word);
      assert.deepEqual([allowed, asked.length], [true, 0]);
    }
  });
});
