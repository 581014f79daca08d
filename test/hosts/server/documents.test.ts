import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import type { TextDocumentContentChangeEvent } from 'vscode-languageserver/node';
import { applyChanges, offsetAt } from '../../../runtime/hosts/server/textChanges.ts';
import { INVOKE, type InvokeParams } from '../../../runtime/protocol/rpc.ts';
import { Caller } from '../../../runtime/types/host.ts';
import { Editor } from '../../support/hosts/editor.ts';
import { emptyFolder, program } from '../../support/hosts/programs.ts';

describe('changes of a text', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '\r\n', '\r', '😀'), maxLength: 20 });
  const position = fc.record({ line: fc.nat(6), character: fc.nat(8) });
  const ranged = fc.tuple(position, position, text).map(([a, b, text]) => {
    const [start, end] =
      a.line < b.line || (a.line === b.line && a.character < b.character) ? [a, b] : [b, a];
    return { range: { start, end }, text };
  });
  const change: fc.Arbitrary<TextDocumentContentChangeEvent> = fc.oneof(
    { weight: 8, arbitrary: ranged },
    { weight: 1, arbitrary: fc.record({ text }) },
  );

  it('leave what they leave one by one', () => {
    const oneByOne = (text: string, changes: readonly TextDocumentContentChangeEvent[]) =>
      changes.reduce(
        (now, it) =>
          'range' in it
            ? now.slice(0, offsetAt(now, it.range.start)) + it.text + now.slice(offsetAt(now, it.range.end))
            : it.text,
        text,
      );
    fc.assert(
      fc.property(text, fc.array(change, { maxLength: 6 }), (before, changes) => {
        assert.equal(applyChanges(before, changes), oneByOne(before, changes));
      }),
    );
  });

  it('are found by line and character, which ends with its line', () => {
    assert.equal(offsetAt('ab\r\ncd\re', { line: 1, character: 1 }), 5);
    assert.equal(offsetAt('ab\r\ncd\re', { line: 0, character: 9 }), 2);
    assert.equal(offsetAt('ab\r\ncd\re', { line: 9, character: 9 }), 8);
  });
});

describe('documents that an editor has open', () => {
  const saved = '# How feedWombats is used\n\nIt returns 1.\n';
  let editor: Editor;
  let workspace: string;
  let uri: string;

  const tell = (method: string, params: object) => editor.connection.sendNotification(method, params);
  const open = (text: string) =>
    tell('textDocument/didOpen', { textDocument: { uri, languageId: 'markdown', version: 1, text } });

  async function call(name: InvokeParams['name'], input: object): Promise<{ items: { text: string }[] }> {
    const caller = Caller.parse({ host: 'editor', workspace, settings: {} });
    return editor.connection.sendRequest(INVOKE, { name, input, caller });
  }
  const found = async () => (await call('workspace.search', { query: 'feedWombats' })).items[0]?.text;

  beforeEach(async () => {
    workspace = emptyFolder();
    // A name that some editors write otherwise than Node does.
    const file = path.join(workspace, 'zoo (1).md');
    writeFileSync(file, saved);
    uri = pathToFileURL(file).href.replace('(', '%28');
    program('chunker');
    editor = new Editor('stdio', program('realServer'));
    await editor.initialize({ storageDir: emptyFolder(), version: '0.0.0' });
    await tell('initialized', {});
    await call('workspace.index', {});
  });
  afterEach(() => editor.kill());

  it('are searched as they are shown, saved or not, and as they are on disk once closed', async () => {
    assert.equal(await found(), saved.trimEnd());
    await open(saved);
    const at = (line: number, character: number) => ({ line, character });
    await tell('textDocument/didChange', {
      textDocument: { uri, version: 2 },
      contentChanges: [
        { range: { start: at(2, 11), end: at(2, 12) }, text: '42' },
        { range: { start: at(0, 0), end: at(0, 0) }, text: 'Twice a day:\n' },
      ],
    });
    assert.match((await found()) ?? '', /returns 42\./);
    await tell('textDocument/didClose', { textDocument: { uri } });
    assert.equal(await found(), saved.trimEnd());
  });

  it('are found by words that were typed and not saved, until they are closed', async () => {
    const isFound = async () =>
      (await call('workspace.search', { query: 'carrots' })).items.some(({ text }) =>
        text.includes('carrots'),
      );
    await open(saved.replace('1', 'carrots'));
    while (!(await isFound()));
    await tell('textDocument/didClose', { textDocument: { uri } });
    while (await isFound());
    assert.equal(await found(), saved.trimEnd());
  });

  it('are kept where there are not too many, and none that is too large', async () => {
    await open(saved.replace('1', '2'));
    assert.match((await found()) ?? '', /returns 2\./);
    await tell('textDocument/didChange', {
      textDocument: { uri, version: 2 },
      contentChanges: [{ text: 'x'.repeat(1_000_001) }],
    });
    assert.match((await found()) ?? '', /returns 1\./);
    await open(saved.replace('1', '3'));
    for (let i = 0; i < 200; i++) {
      const textDocument = { uri: `untitled:Untitled-${i}`, languageId: 'plaintext', version: 1, text: '' };
      await tell('textDocument/didOpen', { textDocument });
    }
    assert.match((await found()) ?? '', /returns 1\./);
  });
});
