import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { CodeBlocks } from '../../../extension/coding/codeBlocks.ts';
import { CompletionProvider } from '../../../extension/coding/completion.ts';
import { Lightbulb } from '../../../extension/coding/lightbulb.ts';
import { tools } from '../../../extension/coding/tools.ts';
import { workspaceUri } from './access.ts';
import { configure, Desk, review, reviewing } from './desk.ts';

describe('what is asked in the chat', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = await Desk.prepare();
  });
  afterEach(() => desk.clear());

  it('find: the question, as a command', async () => {
    desk.person.types.push('where names are trimmed');
    await desk.run('zoey.find');
    await desk.run('zoey.find');
    assert.deepEqual(desk.questions, [{ text: '/find where names are trimmed', send: true }]);
  });

  it('summarise: the file or folder of the explorer, else the active file', async () => {
    await desk.run('zoey.summarise', workspaceUri('src'));
    await desk.run('zoey.summarise', workspaceUri('README.md'));
    await desk.run('zoey.summarise', workspaceUri());
    await desk.open('src/add.ts', 'export {};\n');
    await desk.run('zoey.summarise');
    assert.deepEqual(
      desk.questions.map(({ text, attachments: [one] = [] }) => [text, one?.kind, one?.path]),
      [
        ['/summarise', 'folder', 'src'],
        ['/summarise', 'file', 'README.md'],
        ['/summarise', 'folder', '.'],
        ['/summarise', 'file', 'src/add.ts'],
      ],
    );
  });

  it('explain: the file of the explorer, else the active one', async () => {
    await desk.run('zoey.explainFile', workspaceUri('README.md'));
    await desk.open('src/add.ts', 'export {};\n');
    await desk.run('zoey.explainFile');
    await desk.run('zoey.explainFile', workspaceUri('.env'));
    assert.deepEqual(
      desk.questions.map(({ text, attachments: [one] = [], send }) => [text, one?.path, send]),
      [
        ['/explain', 'README.md', true],
        ['/explain', 'src/add.ts', true],
      ],
    );
    assert.match(desk.person.told.at(-1) ?? '', /looks like a file of secrets/);
  });

  it('a problem: its words, and the lines around it', async () => {
    const { document } = await desk.open('src/add.ts', 'export const a = b;\n');
    const range = new vscode.Range(0, 17, 0, 18);
    const diagnostics = [new vscode.Diagnostic(range, "Cannot find name 'b'.")];
    await desk.run('zoey.explainProblem', { uri: document.uri, range, diagnostics });
    const [question] = desk.questions;
    assert.match(question?.text ?? '', /in line 1 of src\/add\.ts:\n\n> Cannot find name 'b'\./);
    assert.equal(question?.attachments?.[0]?.text, 'export const a = b;\n');
  });
});

describe('the lightbulb', () => {
  const offered = async (text: string, range: vscode.Range, diagnostics: vscode.Diagnostic[]) => {
    const document = await vscode.workspace.openTextDocument({ content: text, language: 'plaintext' });
    const context = { diagnostics, only: undefined, triggerKind: vscode.CodeActionTriggerKind.Invoke };
    return new Lightbulb().provideCodeActions(document, range, context).map(({ title }) => title);
  };

  it('offers to fix and to explain a problem, and to edit a selection', async () => {
    const line = new vscode.Range(0, 0, 0, 3);
    const problem = new vscode.Diagnostic(line, 'Wrong');
    const at = new vscode.Range(0, 1, 0, 1);
    assert.deepEqual(await offered('abc', at, []), []);
    assert.deepEqual(await offered('abc', at, [problem]), ['Fix with Zoey', 'Explain error with Zoey']);
    assert.deepEqual(await offered('abc', line, []), ['Edit with Zoey…']);
  });
});

describe('names for a symbol', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = await Desk.prepare();
  });
  afterEach(() => desk.clear());

  const renaming: vscode.RenameProvider = {
    provideRenameEdits(document, position, name) {
      const word = document.getText(document.getWordRangeAtPosition(position));
      const change = new vscode.WorkspaceEdit();
      for (const { index } of document.getText().matchAll(new RegExp(`\\b${word}\\b`, 'g'))) {
        const start = document.positionAt(index);
        change.replace(document.uri, new vscode.Range(start, document.positionAt(index + word.length)), name);
      }
      return change;
    },
  };

  async function suggest(...picks: string[]): Promise<string> {
    const { document } = await desk.open('names.txt', 'let x = 1\nprint x\n', [0, 0]);
    const editor = vscode.window.activeTextEditor;
    assert.ok(editor);
    editor.selection = new vscode.Selection(0, 4, 0, 4);
    desk.model.answers.push('{"names": ["count", "total"]}');
    desk.person.picks.push('total', ...picks);
    await desk.run('zoey.suggestNames');
    return document.getText();
  }

  it("the one that is picked is given by the editor's own rename", async () => {
    const provider = vscode.languages.registerRenameProvider({ pattern: '**/names.txt' }, renaming);
    try {
      assert.equal(await suggest('Rename'), 'let total = 1\nprint total\n');
      assert.equal(desk.requests[0]?.instruction, 'x');
      assert.equal(desk.person.told[0], 'Rename x to total in 1 file?');
    } finally {
      provider.dispose();
    }
  });

  it('nothing is renamed before that is agreed to', async () => {
    const provider = vscode.languages.registerRenameProvider({ pattern: '**/names.txt' }, renaming);
    try {
      assert.equal(await suggest(), 'let x = 1\nprint x\n');
      assert.deepEqual(desk.person.told, ['Rename x to total in 1 file?']);
    } finally {
      provider.dispose();
    }
  });

  it('what it left out elsewhere is told, where that uses the file', async () => {
    const provider = vscode.languages.registerRenameProvider({ pattern: '**/names.txt' }, renaming);
    try {
      await desk.open('uses.txt', 'from names take x\n');
      await desk.open('other.txt', 'x of something else\n');
      await suggest('Rename');
      assert.match(
        desk.person.told[1] ?? '',
        /^x is now total in names\.txt\. uses\.txt may still use the old name: look there\./,
      );
    } finally {
      provider.dispose();
    }
  });

  it('where the language has none, nothing is changed', async () => {
    assert.equal(await suggest(), 'let x = 1\nprint x\n');
    assert.match(desk.person.told[0] ?? '', /offers no renaming here/);
  });
});

describe('completion', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = await Desk.prepare();
  });
  afterEach(async () => {
    await configure('completion.enabled', undefined);
    await desk.clear();
  });

  const heard: unknown[] = [];
  const complete = async (document: vscode.TextDocument, source = new vscode.CancellationTokenSource()) => {
    const enabled = () => vscode.workspace.getConfiguration('zoey').get('completion.enabled') === true;
    const provider = new CompletionProvider(desk.agent, { enabled, tell: (answer) => heard.push(answer) });
    const context = {
      triggerKind: vscode.InlineCompletionTriggerKind.Automatic,
      selectedCompletionInfo: undefined,
    };
    const at = document.positionAt(document.getText().indexOf('\n'));
    const items = await provider.provideInlineCompletionItems(document, at, context, source.token);
    return items.map(({ insertText }) => insertText);
  };

  it('is off until it is switched on, and off again by the same command', async () => {
    const { document } = await desk.open('src/sum.ts', 'const sum = \nexport { sum };\n');
    desk.model.answers.push('1 + 1;');
    assert.deepEqual(await complete(document), []);
    assert.equal(desk.model.filled().length, 0);
    await desk.run('zoey.toggleCompletion');
    assert.deepEqual(await complete(document), ['1 + 1;']);
    assert.match(desk.model.filled()[0]?.prompt ?? '', /const sum = $/);
    assert.match(desk.model.filled()[0]?.suffix ?? '', /^\nexport/);
    await desk.run('zoey.toggleCompletion');
    assert.deepEqual(await complete(document), []);
  });

  it('asks nothing after the next key, nor in a file of secrets', async () => {
    await desk.run('zoey.toggleCompletion');
    const { document } = await desk.open('src/key.ts', 'const key = \n');
    const source = new vscode.CancellationTokenSource();
    const asked = complete(document, source);
    source.cancel();
    assert.deepEqual(await asked, []);
    const secret = await desk.open('.env', 'TOKEN=\n');
    assert.deepEqual(await complete(secret.document), []);
    assert.equal(desk.model.filled().length, 0);
  });
});

describe('tools for other agents', () => {
  it('are registered where the editor knows tools', function () {
    if (typeof vscode.lm?.registerTool !== 'function') this.skip();
    const known = vscode.lm.tools.map(({ name }) => name).filter((name) => name.startsWith('zoey_'));
    assert.deepEqual(known.sort(), tools.map(({ name }) => name).sort());
  });
});

describe('code blocks of an answer', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = await Desk.prepare();
  });
  afterEach(() => desk.clear());

  const ADD = 'export function add(a: number, b: number): number {\n  return a - b;\n}\n';

  it('are applied to the file that they are meant for, as a review', async () => {
    const { document } = await desk.open('src/add.ts', ADD);
    const blocks = new CodeBlocks(desk.agent, desk.reviews);
    const block = { code: ADD.replace('a - b', 'a + b'), language: 'ts', before: 'In `src/add.ts`:\n\n' };
    assert.deepEqual(await blocks.apply(block), { outcome: 'reviewing' });
    const { left } = await review();
    assert.equal(left.uri.toString(), document.uri.toString());
    await desk.reviews.accept('all');
    assert.equal(document.getText(), block.code);
  });

  it('become new files where the person says, and never instead of one that is there', async () => {
    await desk.open('src/add.ts', ADD);
    const blocks = new CodeBlocks(desk.agent, desk.reviews);
    const block = { code: 'export {};', language: 'ts', before: '' };
    assert.deepEqual(await blocks.newFile(block), { shown: false });
    desk.person.types.push('src/add.ts', 'src/made.ts');
    await blocks.newFile(block);
    await Promise.resolve();
    const made = desk.willMake('src/made.ts');
    assert.deepEqual(await blocks.newFile(block), { shown: true });
    const { right } = await review();
    assert.equal(right.getText(), 'export {};\n');
    await desk.reviews.accept('all');
    assert.equal(Buffer.from(await vscode.workspace.fs.readFile(made)).toString(), 'export {};\n');
    assert.equal(reviewing(), false);
    assert.deepEqual(desk.person.told, ['There is a src/add.ts already, so no new file was made.']);
  });
});
