import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import { Editor } from '../../support/hosts/editor.ts';
import { emptyFolder, program } from '../../support/hosts/programs.ts';
import { type Replay, startReplay } from '../../support/ollama/replay.ts';

// Another client than our extension, which speaks the language server protocol alone. The model is a server that
// answers from a script in Ollama's form.

const TEXT = 'export function add(a, b) {\n  return a - b;\n}\n';
const lines = (...values: object[]) => ({
  type: 'application/x-ndjson',
  body: values.map((value) => `${JSON.stringify(value)}\n`).join(''),
});
const model = {
  name: 'm:1b',
  size: 1,
  digest: 'a',
  details: { context_length: 8192 },
  capabilities: ['completion', 'insert'],
};
const WorkspaceEdit = z.object({
  edit: z.object({
    documentChanges: z.array(z.unknown()),
    changeAnnotations: z.record(z.string(), z.object({ needsConfirmation: z.boolean() })),
  }),
});

describe('offers to other language clients', () => {
  let editor: Editor;
  let server: Replay;
  let uri: string;
  const applied: unknown[] = [];
  const asked: unknown[] = [];

  async function start(capabilities: object): Promise<object> {
    const folder = emptyFolder();
    uri = `${pathToFileURL(folder).href}/add.js`;
    editor = new Editor('stdio', program('realServer'));
    editor.connection.onRequest('workspace/applyEdit', (params: unknown) => {
      applied.push(params);
      return { applied: true };
    });
    editor.connection.onRequest('window/showMessageRequest', (params: unknown) => {
      asked.push(params);
      return { title: 'Decline' };
    });
    const result: { capabilities: object } = await editor.connection.sendRequest('initialize', {
      processId: process.pid,
      rootUri: pathToFileURL(folder).href,
      capabilities,
      initializationOptions: {
        storageDir: emptyFolder(),
        version: '0.0.0',
        offers: { settings: { ollamaUrl: server.url, completion: true } },
      },
    });
    await editor.connection.sendNotification('initialized', {});
    const textDocument = { uri, languageId: 'javascript', version: 7, text: TEXT };
    await editor.connection.sendNotification('textDocument/didOpen', { textDocument });
    return result.capabilities;
  }

  const position = { line: 1, character: 9 };
  const diagnostic = {
    range: { start: position, end: position },
    message: 'Wrong sign',
    severity: 1,
    source: 'js',
  };

  async function fix(): Promise<unknown> {
    const actions: { title: string; command: { command: string; arguments: unknown[] } }[] =
      await editor.connection.sendRequest('textDocument/codeAction', {
        textDocument: { uri },
        range: diagnostic.range,
        context: { diagnostics: [diagnostic] },
      });
    assert.deepEqual(
      actions.map(({ title }) => title),
      ['Fix with Zoey', 'Explain error with Zoey'],
    );
    return editor.connection.sendRequest('workspace/executeCommand', actions[0]?.command);
  }

  beforeEach(async () => {
    applied.length = 0;
    asked.length = 0;
    const content = '```js\nexport function add(a, b) {\n  return a + b;\n}\n```';
    server = await startReplay({
      routes: {
        'GET /api/tags': { body: JSON.stringify({ models: [model] }) },
        'GET /api/ps': { body: JSON.stringify({ models: [{ name: 'm:1b', context_length: 8192 }] }) },
        'POST /api/chat': lines(
          { message: { content }, done: false },
          { message: { content: '' }, done: true },
        ),
        'POST /api/generate': lines({ response: 'a + b', done: false }, { response: '', done: true }),
      },
    });
  });

  afterEach(async () => {
    await editor.kill();
    await server.stop();
  });

  it('a fix goes to the editor as a change that it shows first, for the version it was made of', async () => {
    const capabilities = await start({ workspace: { workspaceEdit: { changeAnnotationSupport: {} } } });
    assert.ok('codeActionProvider' in capabilities && 'inlineCompletionProvider' in capabilities);
    assert.equal(await fix(), 'add.js');
    const { edit } = WorkspaceEdit.parse(applied[0]);
    assert.deepEqual(edit.documentChanges, [
      {
        textDocument: { uri, version: 7 },
        edits: [
          {
            range: { start: { line: 1, character: 0 }, end: { line: 2, character: 0 } },
            newText: '  return a + b;\n',
            annotationId: 'zoey',
          },
        ],
      },
    ]);
    assert.equal(edit.changeAnnotations.zoey?.needsConfirmation, true);
    assert.equal(asked.length, 0);
  });

  it('an editor that can not show it is asked in a message, and a no changes nothing', async () => {
    await start({});
    assert.equal(await fix(), null);
    assert.match(JSON.stringify(asked[0]), /Change add\.js\?.*- {3}return a - b;.*\+ {3}return a \+ b;/);
    assert.deepEqual(applied, []);
  });

  it('completes at the cursor', async () => {
    await start({});
    await editor.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version: 8 },
      contentChanges: [{ text: TEXT.replace('a - b;', '') }],
    });
    const items: { insertText: string }[] = await editor.connection.sendRequest(
      'textDocument/inlineCompletion',
      {
        textDocument: { uri },
        position,
        context: { triggerKind: 1 },
      },
    );
    assert.deepEqual(
      items.map(({ insertText }) => insertText),
      ['a + b'],
    );
    assert.ok(
      server.requests.some(
        ({ path, body }) => path === '/api/generate' && JSON.stringify(body).includes('suffix'),
      ),
    );
  });

  it('nothing is offered to an editor that asks for nothing: our own extension does', async () => {
    editor = new Editor('stdio', program('realServer'));
    const { capabilities } = z
      .object({ capabilities: z.record(z.string(), z.unknown()) })
      .parse(await editor.initialize({ storageDir: emptyFolder(), version: '0.0.0' }));
    assert.equal(capabilities.codeActionProvider, undefined);
  });
});
