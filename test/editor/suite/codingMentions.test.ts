import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  attachDropped,
  findMentions,
  measureAttachments,
  resolveAttachments,
} from '../../../extension/mentions/index.ts';
import type { MentionKind } from '../../../runtime/protocol/panel.ts';
import { workspaceUri, writeFile } from './access.ts';
import { Desk } from './desk.ts';

const WORDS = 'first line\nsecond line\nthird line\n';

/** Of each line a symbol, named by its first word. */
const symbols: vscode.DocumentSymbolProvider = {
  provideDocumentSymbols: (document) =>
    [0, 1, 2].map((line) => {
      const { range, text } = document.lineAt(line);
      const name = text.split(' ')[0] ?? '';
      return new vscode.DocumentSymbol(name, '', vscode.SymbolKind.Function, range, range);
    }),
};

describe('what can be mentioned', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = await Desk.prepare();
  });
  afterEach(() => desk.clear());

  const labels = async (kind: MentionKind, query = '') =>
    (await findMentions(kind, query)).items.map(({ label }) => label);

  it('files and folders, by parts of their names, but no file of secrets', async () => {
    await desk.open('deep/words.txt', WORDS);
    await desk.open('deep/.env', 'TOKEN=1\n');
    assert.deepEqual(await labels('file', 'wor'), ['words.txt']);
    assert.equal((await labels('file', 'env')).includes('.env'), false);
    assert.deepEqual(await labels('folder', 'dee'), ['deep']);
    assert.deepEqual(await findMentions('file', 'zzzz'), { items: [], word: 'No file has such a name.' });
  });

  it('what is selected, and the problems of the file in front', async () => {
    const { document } = await desk.open('words.txt', WORDS, [1, 2]);
    const problems = vscode.languages.createDiagnosticCollection('test');
    problems.set(document.uri, [new vscode.Diagnostic(new vscode.Range(2, 0, 2, 5), 'Third is odd')]);
    try {
      const [selected] = (await findMentions('selection', '')).items;
      assert.equal(selected?.attachment.text, 'second line\n');
      const [here] = (await findMentions('problems', '')).items;
      assert.equal(here?.label, 'Problems in words.txt');
      assert.match(here?.attachment.text ?? '', /words\.txt:3 .*Third is odd/);
    } finally {
      problems.dispose();
    }
  });

  it('symbols of the file in front, whose lines are those of now', async () => {
    const provider = vscode.languages.registerDocumentSymbolProvider({ pattern: '**/words.txt' }, symbols);
    try {
      const { document } = await desk.open('words.txt', WORDS);
      const { items } = await findMentions('symbol', '');
      assert.deepEqual(
        items.map(({ label }) => label.replace('()', '')),
        ['first', 'second', 'third'],
      );
      const change = new vscode.WorkspaceEdit();
      change.insert(document.uri, new vscode.Position(1, 0), 'so ');
      await vscode.workspace.applyEdit(change);
      const [, second] = items;
      assert.ok(second);
      const [now] = await resolveAttachments('', [second.attachment]);
      assert.equal(now?.text, 'so second line');
    } finally {
      provider.dispose();
    }
  });

  it('with what it costs, open or not: files, lines, symbols and folders; nothing for what is refused', async () => {
    const provider = vscode.languages.registerDocumentSymbolProvider({ pattern: '**/closed.txt' }, symbols);
    try {
      await desk.open('deep/words.txt', WORDS);
      await writeFile('deep/closed.txt', WORDS);
      desk.willMake('deep/closed.txt');
      const line = { kind: 'selection' as const, startLine: 2, endLine: 2 };
      const [, second = ''] = WORDS.split('\n');
      assert.deepEqual(
        await measureAttachments([
          { kind: 'file', path: 'deep/words.txt' },
          { kind: 'file', path: 'deep/closed.txt' },
          { ...line, path: 'deep/words.txt' },
          { ...line, path: 'deep/closed.txt' },
          { ...line, path: 'deep/closed.txt', label: 'second' },
          { kind: 'folder', path: 'deep' },
          { kind: 'file', path: 'deep/.env' },
          { kind: 'file', path: 'no/such.txt' },
        ]),
        [
          ...[WORDS, WORDS, second, second, second, 'deep/words.txt\ndeep/closed.txt'].map(({ length }) =>
            Math.ceil(length / 4),
          ),
          null,
          null,
        ],
      );
    } finally {
      provider.dispose();
    }
  });

  it('says why there is nothing', async () => {
    assert.deepEqual(await findMentions('selection', ''), {
      items: [],
      word: 'Nothing is selected in the editor.',
    });
    assert.deepEqual((await findMentions('terminal', '')).word, 'Nothing is selected in the terminal.');
  });

  it('is given as it is now: unsaved text; what is gone or secret is refused', async () => {
    const editor = await desk.open('words.txt', WORDS);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'unsaved '));
    const [file] = await resolveAttachments('', [{ kind: 'file', path: 'words.txt' }]);
    assert.match(file?.text ?? '', /^unsaved first line/);
    await assert.rejects(
      resolveAttachments('', [{ kind: 'file', path: '.env' }]),
      /looks like a file of secrets/,
    );
    await assert.rejects(
      resolveAttachments('', [{ kind: 'problems', path: 'no/such.ts' }]),
      /no problems any more/,
    );
  });
});

describe('what is dropped onto the panel', () => {
  it('files and folders of the workspace; of the others a word each', async () => {
    const outside = vscode.Uri.file('/etc/hosts').toString();
    const given = ['src/greet.ts', 'src', '.env', 'gone.ts'].map((path) => workspaceUri(path).toString());
    const { attachments, refused } = await attachDropped([...given, outside]);
    assert.deepEqual(
      attachments.map(({ kind, path }) => [kind, path]),
      [
        ['file', 'src/greet.ts'],
        ['folder', 'src'],
      ],
    );
    assert.equal(typeof attachments[0]?.tokens, 'number');
    assert.deepEqual(refused, [
      '.env looks like a file of secrets, so it is not read.',
      "gone.ts can't be read.",
      'hosts is outside this workspace.',
    ]);
  });

  it('the same, as the window of a remote machine names them', async () => {
    const remote = workspaceUri('src', 'greet.ts').with({
      scheme: 'vscode-remote',
      authority: 'ssh-remote+box',
    });
    const { attachments, refused } = await attachDropped([remote.toString()]);
    assert.deepEqual([attachments[0]?.path, refused], ['src/greet.ts', []]);
  });
});
