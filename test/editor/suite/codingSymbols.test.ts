import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { symbolsOfMessage } from '../../../extension/coding/messageSymbols.ts';
import { symbolsFor } from '../../../extension/coding/symbols.ts';
import { COMMANDS } from '../../../runtime/plugins/coding/actions/commands.ts';
import { SYMBOLS_FOR } from '../../../runtime/types/coding.ts';
import { openFile, workspaceUri, writeFile } from './access.ts';

const POOL = 'pool Pool {\n  waiting\n}\n';
const MAIN = 'drain(pool) {\n  Pool\n}\nmore\ndrain(one)\nfar drain\n';

/** The language services of an invented language: each name is defined where it begins a line. */
class Services {
  readonly told: vscode.Disposable[] = [];

  offer(register: (pattern: vscode.DocumentSelector) => vscode.Disposable): void {
    this.told.push(register({ pattern: '**/*.pool' }));
  }

  dispose(): void {
    for (const one of this.told) one.dispose();
  }
}

describe('what the language services know', () => {
  let services: Services;
  let document: vscode.TextDocument;
  let files: vscode.Uri[];
  const about = () => ({ document, range: new vscode.Range(0, 0, 2, 1) });

  beforeEach(async () => {
    services = new Services();
    files = [
      await writeFile('src/lib.pool', POOL),
      await writeFile('src/use.pool', 'first\ndrain(two)\nlast\n'),
    ];
    files.push(await writeFile('src/main.pool', MAIN));
    ({ document } = await openFile('src/main.pool'));
    services.offer((where) =>
      vscode.languages.registerDefinitionProvider(where, {
        provideDefinition: (one, at) =>
          one.getText(one.getWordRangeAtPosition(at)) === 'Pool'
            ? new vscode.Location(workspaceUri('src', 'lib.pool'), new vscode.Range(0, 0, 2, 1))
            : undefined,
      }),
    );
    services.offer((where) =>
      vscode.languages.registerDocumentSymbolProvider(where, {
        provideDocumentSymbols: (one) => [
          new vscode.DocumentSymbol(
            one.uri.path.endsWith('main.pool') ? 'drain' : 'Pool',
            '',
            vscode.SymbolKind.Function,
            new vscode.Range(0, 0, 2, 1),
            new vscode.Range(0, 0, 0, 4),
          ),
        ],
      }),
    );
  });
  afterEach(async () => {
    services.dispose();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const file of files) await vscode.workspace.fs.delete(file);
  });

  it('definitions, uses and signatures, as the task has a use for them', async () => {
    services.offer((where) =>
      vscode.languages.registerReferenceProvider(where, {
        provideReferences: (one) => [
          new vscode.Location(one.uri, new vscode.Range(0, 0, 0, 5)),
          new vscode.Location(one.uri, new vscode.Range(4, 0, 4, 5)),
          new vscode.Location(workspaceUri('src', 'use.pool'), new vscode.Range(1, 0, 1, 5)),
          new vscode.Location(vscode.Uri.file('/elsewhere/x.pool'), new vscode.Range(1, 0, 1, 5)),
        ],
      }),
    );
    services.offer((where) =>
      vscode.languages.registerHoverProvider(where, {
        provideHover: (one, at) => {
          const word = one.getText(one.getWordRangeAtPosition(at));
          return new vscode.Hover(new vscode.MarkdownString().appendCodeblock(`thing ${word}`, 'pool'));
        },
      }),
    );
    const found = await symbolsFor('explain', about());
    assert.deepEqual(
      found.map(({ kind, name, path, startLine, endLine, text }) => [
        kind,
        name,
        `${path}:${startLine}-${endLine}`,
        text,
      ]),
      [
        ['definition', 'Pool', 'src/lib.pool:1-3', 'pool Pool {\n  waiting\n}'],
        ['signature', 'drain', 'src/main.pool:1-1', 'thing drain'],
        ['signature', 'pool', 'src/main.pool:1-1', 'thing pool'],
        ['signature', 'Pool', 'src/main.pool:2-2', 'thing Pool'],
        ['reference', 'drain', 'src/use.pool:1-3', 'first\ndrain(two)\nlast'],
        ['reference', 'drain', 'src/main.pool:4-6', 'more\ndrain(one)\nfar drain'],
      ],
    );
    const uses = await symbolsFor('rename', { ...about(), name: new vscode.Position(0, 0) });
    assert.deepEqual([...new Set(uses.map(({ kind }) => kind))], ['reference']);
  });

  it('what answers, where one service never does', async () => {
    const never = new Promise<undefined>(() => {});
    services.offer((where) => vscode.languages.registerHoverProvider(where, { provideHover: () => never }));
    services.offer((where) =>
      vscode.languages.registerReferenceProvider(where, { provideReferences: () => never }),
    );
    const found = await symbolsFor('explain', about());
    assert.deepEqual(
      found.map(({ kind }) => kind),
      ['definition'],
    );
  });

  it('for every command of the chat about code, as for the actions of the palette', async () => {
    const given = { kind: 'file' as const, path: 'src/main.pool' };
    const helped = COMMANDS.filter(({ task }) => SYMBOLS_FOR[task]?.includes('definition'));
    for (const { slash } of helped) {
      const [found] = await symbolsOfMessage(`/${slash} it`, [given]);
      assert.deepEqual([found?.kind, found?.path], ['definition', 'src/lib.pool'], slash);
    }
    assert.equal(helped.length, 6);
    for (const text of ['/find it', 'explain it', '/explainer']) {
      assert.deepEqual(await symbolsOfMessage(text, [given]), [], text);
    }
    const elsewhere = { ...given, kind: 'selection' as const, startLine: 5, endLine: 6 };
    assert.deepEqual(await symbolsOfMessage('/explain', [elsewhere, given]), []);
    assert.deepEqual(await symbolsOfMessage('/explain', [{ ...given, path: 'no/such.pool' }]), []);
  });

  it('nothing where there is none', async () => {
    services.dispose();
    assert.deepEqual(await symbolsFor('explain', about()), []);
  });
});
