import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { memoryCommands } from '../../../extension/memoryView/commands.ts';
import type { MemoryRow, TreeNode } from '../../../extension/memoryView/memoryTree.ts';
import { MemoryTree } from '../../../extension/memoryView/memoryTree.ts';
import type { Place } from '../../../extension/memoryView/rowText.ts';
import { contract } from '../../../runtime/protocol/contract.ts';
import type { JsonValue } from '../../../runtime/types/primitives.ts';
import { until } from '../../support/journeys/until.ts';
import { comesTo, reaches, zoey } from './access.ts';
import { Person } from './person.ts';

/** What the rows of a view say, a group before its own. */
function shown(tree: MemoryTree): string[] {
  const say = (node: TreeNode): string => {
    const { label } = tree.getTreeItem(node);
    return typeof label === 'string' ? label : (label?.label ?? '');
  };
  return tree
    .getChildren()
    .flatMap((node) => [say(node), ...tree.getChildren(node).map((child) => `- ${say(child)}`)]);
}

function row(tree: MemoryTree, text: string): MemoryRow {
  const all = tree.getChildren().flatMap((node) => [node, ...tree.getChildren(node)]);
  const found = all.find((node) => node.type === 'memory' && node.text.label.includes(text));
  assert.ok(found?.type === 'memory', `a row with "${text}"`);
  return found;
}

describe('the view of what is remembered', () => {
  const person = new Person();
  const places: Place[] = [];
  const rooms: string[] = [];

  /** Runs a function of the agent, as chat, tools and other windows do. */
  const call = async (name: 'memory.add' | 'memory.forget' | 'memory.update', input: JsonValue) =>
    (await zoey()).agent.invoke({ name, input });
  const list = async () => {
    const output = await (await zoey()).agent.invoke({ name: 'memory.list', input: { limit: 200 } });
    return contract['memory.list'].output.parse(output).items;
  };
  const forgetAll = async () => {
    const ids = (await list()).map(({ id }) => id);
    if (ids.length > 0) await call('memory.forget', { ids });
  };
  const run = async (id: `zoey.${string}`, argument?: unknown) => {
    const { memory: view } = await zoey();
    const command = memoryCommands.find((one) => one.id === id);
    assert.ok(command, id);
    const memory = {
      view,
      memories: view.memories,
      openPlace: async (place: Place) => places.push(place),
      openRoom: async (roomId: string) => rooms.push(roomId),
    };
    await command.run({ memory }, argument);
  };
  const shows = async (...rows: string[]) => {
    const { memory } = await zoey();
    await until(`the rows ${rows}`, () => shown(memory.tree).join('\n') === rows.join('\n'));
  };

  beforeEach(async () => {
    const { agent, memory } = await zoey();
    await vscode.commands.executeCommand('zoey.memory.focus');
    await until('the view', () => memory.visible);
    await reaches(agent, 'running');
    await forgetAll();
    await shows();
    person.sitDown();
  });
  afterEach(async () => {
    person.leave();
    person.told.length = 0;
    await forgetAll();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand('workbench.view.explorer');
  });

  it('says that nothing is remembered, and follows what others add, change and forget', async () => {
    const { memory } = await zoey();
    await until('its state', () => memory.state === 'empty');
    await call('memory.add', { text: 'The linter is Biome', source: 'conversation' });
    await shows('Notes', '- The linter is Biome');
    assert.equal(memory.state, 'shown');
    await call('memory.add', { text: 'Deploys go out on Tuesdays', kind: 'fact' });
    await call('memory.add', { text: '# Manual\n\nTurn it on.', kind: 'document' });
    await call('memory.add', { text: 'The office closes at six' });
    await shows(
      'Notes',
      '- The office closes at six',
      '- The linter is Biome',
      'Facts',
      '- Deploys go out on Tuesdays',
      'Documents',
      '- # Manual Turn it on.',
    );
    await call('memory.update', { id: row(memory.tree, 'Biome').memory.id, text: 'The linter is Oxlint' });
    await call('memory.forget', { kind: 'document' });
    await shows(
      'Notes',
      '- The office closes at six',
      '- The linter is Oxlint',
      'Facts',
      '- Deploys go out on Tuesdays',
    );
    await forgetAll();
    await until('its state', () => memory.state === 'empty');
  });

  it('asks for nothing while it is hidden, and shows what came meanwhile', async () => {
    const { memory } = await zoey();
    await vscode.commands.executeCommand('workbench.view.explorer');
    await until('the view is hidden', () => !memory.visible);
    await call('memory.add', { text: 'Added behind its back' });
    assert.deepEqual(shown(memory.tree), []);
    await vscode.commands.executeCommand('zoey.memory.focus');
    await shows('Notes', '- Added behind its back');
  });

  it('adds what the person writes, and nothing where they leave', async () => {
    person.types.push('  Deploys go out on Tuesdays ', '  ');
    await run('zoey.addMemory');
    await run('zoey.addMemory');
    await shows('Notes', '- Deploys go out on Tuesdays');
    assert.deepEqual(
      (await list()).map(({ text, kind, source }) => ({ text, kind, source })),
      [{ text: 'Deploys go out on Tuesdays', kind: 'note', source: 'user' }],
    );
  });

  it('loads fifty of a kind, and fifty more when asked', async () => {
    const { memory } = await zoey();
    for (let from = 0; from < 120; from += 40)
      await Promise.all(
        Array.from({ length: 40 }, (_, i) =>
          call('memory.add', { text: `Memory ${from + i}`, createdAt: from + i }),
        ),
      );
    const count = () => memory.tree.getChildren().flatMap((node) => memory.tree.getChildren(node)).length;
    await until('the newest', () => shown(memory.tree)[1] === '- Memory 119');
    assert.deepEqual([count(), shown(memory.tree).at(-1)], [51, '- Show more']);
    await run('zoey.showMoreMemories', 'note');
    assert.deepEqual([count(), shown(memory.tree).at(-2)], [101, '- Memory 20']);
    await run('zoey.showMoreMemories', 'note');
    assert.deepEqual([count(), shown(memory.tree).at(-1)], [120, '- Memory 0']);
  });

  it('shows what a search finds, best first, and follows it until it is cleared', async () => {
    const { memory } = await zoey();
    await call('memory.add', { text: 'The linter is Biome' });
    await call('memory.add', { text: 'Deploys go out on Tuesdays', kind: 'fact' });
    person.types.push('deploys Tuesdays');
    await run('zoey.searchMemory');
    assert.equal(shown(memory.tree)[0], 'Deploys go out on Tuesdays');
    assert.equal(memory.tree.query, 'deploys Tuesdays');
    await call('memory.forget', { query: 'Tuesdays' });
    await until('it goes', () => !shown(memory.tree).includes('Deploys go out on Tuesdays'));
    await run('zoey.clearMemorySearch');
    await shows('Notes', '- The linter is Biome');
  });

  it('says that a search found nothing', async () => {
    const { memory } = await zoey();
    person.types.push('zzyzx');
    await run('zoey.searchMemory');
    assert.equal(memory.state, 'notFound');
    await run('zoey.clearMemorySearch');
    assert.equal(memory.state, 'empty');
  });

  it('changes a short memory in a box', async () => {
    const { memory } = await zoey();
    await call('memory.add', { text: 'Deploys go out on Tuesdays' });
    await shows('Notes', '- Deploys go out on Tuesdays');
    const { id } = row(memory.tree, 'Deploys').memory;
    person.types.push('Deploys go out on Fridays');
    await run('zoey.editMemory', row(memory.tree, 'Deploys'));
    await shows('Notes', '- Deploys go out on Fridays');
    assert.equal(row(memory.tree, 'Deploys').memory.id, id);
  });

  it('changes a long memory in an editor, where saving keeps it', async () => {
    const { memory } = await zoey();
    await call('memory.add', { text: '# Manual\n\nTurn it on.', kind: 'document' });
    await shows('Documents', '- # Manual Turn it on.');
    await run('zoey.editMemory', row(memory.tree, 'Manual'));
    const document = vscode.window.activeTextEditor?.document;
    assert.ok(document);
    assert.deepEqual([document.uri.scheme, document.getText()], ['zoey-memory', '# Manual\n\nTurn it on.']);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, document.positionAt(document.getText().length), '\nTurn it off.');
    await vscode.workspace.applyEdit(edit);
    assert.equal(await document.save(), true);
    await shows('Documents', '- # Manual Turn it on. Turn it off.');
  });

  it('forgets at once, and says what', async () => {
    const { memory } = await zoey();
    await call('memory.add', { text: 'Deploys go out on Tuesdays' });
    await shows('Notes', '- Deploys go out on Tuesdays');
    await run('zoey.forgetMemory', row(memory.tree, 'Deploys'));
    await shows();
    assert.deepEqual(await list(), []);
    assert.deepEqual(person.told, ['Forgot “Deploys go out on Tuesdays”.']);
  });

  it('brings back what was forgotten by Undo, as it was', async () => {
    const { memory } = await zoey();
    const fact = { text: 'Deploys go out on Tuesdays', kind: 'fact', createdAt: 1_700_000_000_000 };
    await call('memory.add', { ...fact, importance: 0.9, source: 'conversation', model: 'qwen3:4b' });
    await shows('Facts', '- Deploys go out on Tuesdays');
    const before = await list();
    person.picks.push('Undo');
    await run('zoey.forgetMemory', row(memory.tree, 'Deploys'));
    await until('it is back', async () => (await list()).length === 1);
    assert.deepEqual(await list(), before);
    await shows('Facts', '- Deploys go out on Tuesdays');
  });

  it('copies a text, whole', async () => {
    const { memory } = await zoey();
    const text = `Long ${'word '.repeat(900)}end`;
    await call('memory.add', { text });
    await until('the row', () => shown(memory.tree).length === 2);
    await run('zoey.copyMemory', row(memory.tree, 'Long'));
    assert.equal(await vscode.env.clipboard.readText(), text);
    assert.ok(row(memory.tree, 'Long').text.tooltip.length < 2_400, 'the row holds no more than it shows');
  });

  it('opens the file that a memory came from, and offers it for no other', async () => {
    const { memory } = await zoey();
    await call('memory.add', { text: 'Greets', source: 'src/greet.ts:1-3' });
    await call('memory.add', { text: 'Told' });
    await until('both rows', () => shown(memory.tree).length === 3);
    const kindOf = (text: string) => memory.tree.getTreeItem(row(memory.tree, text)).contextValue;
    assert.deepEqual([kindOf('Greets'), kindOf('Told')], ['memory.source', 'memory']);
    await run('zoey.openMemorySource', row(memory.tree, 'Greets'));
    assert.deepEqual(places, [{ path: 'src/greet.ts', line: 1, endLine: 3 }]);
    assert.deepEqual(rooms, []);
  });

  it('tells why where a memory went meanwhile, and does nothing', async () => {
    const { memory } = await zoey();
    await call('memory.add', { text: 'Deploys go out on Tuesdays' });
    await shows('Notes', '- Deploys go out on Tuesdays');
    const gone = row(memory.tree, 'Deploys');
    await forgetAll();
    for (const id of ['zoey.editMemory', 'zoey.forgetMemory', 'zoey.copyMemory'] as const) {
      await run(id, gone);
      assert.match(person.told.pop() ?? '', /This memory is gone/);
    }
  });

  it('gives rows that a screen reader can read', async () => {
    const { memory } = await zoey();
    await call('memory.add', { text: 'The linter is Biome' });
    await shows('Notes', '- The linter is Biome');
    const [group] = memory.tree.getChildren();
    assert.ok(group);
    const spoken = (node: TreeNode) => memory.tree.getTreeItem(node).accessibilityInformation?.label;
    assert.deepEqual(
      [spoken(group), spoken(row(memory.tree, 'Biome'))],
      ['Notes, 1', 'Note: The linter is Biome, from you, just now'],
    );
  });

  it('keeps what it shows while the agent starts again, and follows the new one', async () => {
    const { agent } = await zoey();
    await call('memory.add', { text: 'The linter is Biome' });
    await shows('Notes', '- The linter is Biome');
    const running = comesTo(agent, 'running');
    await agent.restart();
    await running;
    await shows('Notes', '- The linter is Biome');
    await call('memory.add', { text: 'The office closes at six' });
    await shows('Notes', '- The office closes at six', '- The linter is Biome');
  });

  it('says so where the agent fails, and shows the rows again when it does not', async () => {
    const { agent, memory } = await zoey();
    const { invoke } = agent;
    agent.invoke = async () => Promise.reject(new Error('the disk is on fire'));
    try {
      await memory.search('linter');
      assert.equal(memory.state, 'failed');
    } finally {
      agent.invoke = invoke;
    }
    await call('memory.add', { text: 'The linter is Biome' });
    await until('the row', () => shown(memory.tree).includes('The linter is Biome'));
    await memory.search('');
    await shows('Notes', '- The linter is Biome');
  });

  it('asks once more where something changed while it asked', async () => {
    const found = contract['memory.search'].output.parse({
      items: [{ id: randomUUID(), kind: 'note', source: 'user', createdAt: 1, importance: 0.5, text: 'New' }],
    });
    let asked = 0;
    const tree: MemoryTree = new MemoryTree({
      list: () => assert.fail('nothing is listed'),
      search: async () => {
        asked++;
        await Promise.resolve();
        if (asked > 1) return found.items;
        void tree.load();
        return [];
      },
    });
    await tree.search('new');
    assert.deepEqual([asked, shown(tree)], [2, ['New']]);
  });
});
