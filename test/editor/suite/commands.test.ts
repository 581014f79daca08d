import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commands } from '../../../extension/commands.ts';
import type { PanelNotification } from '../../../runtime/protocol/panel.ts';
import { openFile, reaches, workspaceUri, writeFile, zoey } from './access.ts';

/** What the panel is told while `act` runs. */
async function toldBy(act: () => PromiseLike<unknown>): Promise<PanelNotification[]> {
  const { chat } = await zoey();
  const told: PanelNotification[] = [];
  const { notify } = chat;
  chat.notify = (notice) => {
    told.push(notice);
    notify.call(chat, notice);
  };
  try {
    await act();
  } finally {
    chat.notify = notify;
  }
  return told.filter(({ type }) => type !== 'context' && type !== 'server' && type !== 'refresh');
}

const run = (id: string) => vscode.commands.executeCommand(id);

describe('commands', () => {
  afterEach(() => run('workbench.action.closeAllEditors'));

  it('are those of the manifest, all registered, with a title each', async () => {
    const { manifest } = await zoey();
    const contributed = manifest.contributes.commands.map(({ command }) => command);
    const inPalette = commands.filter(({ title }) => title).map(({ id }) => id);
    assert.deepEqual(contributed.sort(), [...inPalette].sort());
    const registered = (await vscode.commands.getCommands(true)).filter((id) => id.startsWith('zoey.'));
    for (const { id } of commands) assert.ok(registered.includes(id), id);
  });

  it('start no server where they need none', async () => {
    const { agent } = await zoey();
    await run('workbench.view.explorer');
    await agent.stop();
    await run('zoey.showLog');
    assert.equal(agent.state, 'stopped');
  });

  it('open the panel, which starts the server', async () => {
    const { agent, chat } = await zoey();
    const shown = chat.visible || new Promise((resolve) => chat.onDidChangeVisibility(resolve));
    await run('zoey.openChat');
    assert.equal(await shown, true);
    await reaches(agent, 'running');
  });

  it('explain the selection: the panel is told to send it', async () => {
    await openFile('src/greet.ts', [0, 2]);
    const told = await toldBy(() => run('zoey.explainSelection'));
    assert.deepEqual(told, [
      { type: 'focus' },
      {
        type: 'ask',
        text: 'Explain this code.',
        attachments: [
          {
            kind: 'selection',
            path: 'src/greet.ts',
            startLine: 1,
            endLine: 2,
            languageId: 'typescript',
            text: 'export function greet(name: string): string {\n  return name.trim();\n',
          },
        ],
        send: true,
      },
    ]);
  });

  it('explain the selection: with what the language services know of its names', async () => {
    const files = [
      await writeFile('src/Pool.word', 'Pool waits\n'),
      await writeFile('src/use.word', 'uses Pool here\n'),
    ];
    const pool = new vscode.Location(workspaceUri('src', 'Pool.word'), new vscode.Range(0, 0, 0, 10));
    const services = vscode.languages.registerDefinitionProvider(
      { pattern: '**/*.word' },
      {
        provideDefinition: (document, at) =>
          document.getText(document.getWordRangeAtPosition(at)) === 'Pool' ? pool : undefined,
      },
    );
    try {
      await openFile('src/use.word', [0, 1]);
      const ask = (await toldBy(() => run('zoey.explainSelection'))).at(-1);
      assert.ok(ask?.type === 'ask');
      assert.deepEqual(
        ask.attachments.map(({ path, label }) => [path, label]),
        [
          ['src/use.word', undefined],
          ['src/Pool.word', 'definition of Pool'],
        ],
      );
    } finally {
      services.dispose();
      for (const file of files) await vscode.workspace.fs.delete(file);
    }
  });

  it('ask about the selection: the panel waits for the question', async () => {
    await openFile('src/greet.ts', [1, 2]);
    const told = await toldBy(() => run('zoey.askAboutSelection'));
    const ask = told.at(-1);
    assert.ok(ask?.type === 'ask');
    assert.deepEqual([ask.text, ask.send, ask.attachments[0]?.startLine], ['', false, 2]);
  });

  it('send nothing where nothing is selected', async () => {
    await openFile('src/greet.ts');
    assert.deepEqual(await toldBy(() => run('zoey.explainSelection')), []);
  });

  it('send nothing of a file of secrets', async () => {
    await writeFile('.env', 'TOKEN=1\n');
    try {
      await openFile('.env', [0, 1]);
      assert.deepEqual(await toldBy(() => run('zoey.explainSelection')), []);
    } finally {
      await vscode.workspace.fs.delete(workspaceUri('.env'));
    }
  });

  for (const [id, type] of [
    ['zoey.newChat', 'newChat'],
    ['zoey.showHistory', 'history'],
    ['zoey.selectModel', 'pickModel'],
  ] as const) {
    it(`${id} opens the panel and tells it`, async () => {
      assert.deepEqual(await toldBy(() => run(id)), [{ type: 'focus' }, { type }]);
    });
  }
});
