import * as vscode from 'vscode';
import type { MemoryItem } from '../../runtime/protocol/schemas.ts';
import { telling } from './failing.ts';
import { KINDS, type Memories } from './memories.ts';
import { openMemory } from './memoryDocuments.ts';
import type { MemoryRow, TreeNode } from './memoryTree.ts';
import type { MemoryView } from './memoryView.ts';
import { oneLine, type Place, placeOf } from './rowText.ts';

/** A text that is longer, or has more than one line, is changed in an editor. */
const MAX_LINE = 300;
/** Longest piece of a memory in a message. */
const MAX_QUOTE = 60;

/** What the commands of the view reach. */
export interface MemoryTargets {
  view: Pick<MemoryView, 'search' | 'chosen' | 'tree' | 'visible'>;
  memories: Memories;
  openPlace(place: Place): Promise<unknown>;
  openRoom(roomId: string): Promise<unknown>;
}

interface MemoryCommand {
  id: `zoey.${string}`;
  /** Key of its title in package.nls.json; absent where it is not in the palette. */
  title?: `command.${string}`;
  run(targets: { memory: MemoryTargets }, argument: unknown): unknown;
}

/** A command about the rows that were clicked or are selected. What fails is told. */
const onRows =
  (run: (targets: MemoryTargets, rows: MemoryRow[]) => Promise<unknown>): MemoryCommand['run'] =>
  ({ memory }, clicked) => {
    const rows = memory.view.chosen(clicked as TreeNode | undefined).filter(isMemory);
    return rows.length === 0 ? undefined : telling(() => run(memory, rows));
  };

/** What is done with what is remembered. */
export const memoryCommands: readonly MemoryCommand[] = [
  { id: 'zoey.addMemory', title: 'command.addMemory', run: ({ memory }) => telling(() => add(memory)) },
  {
    id: 'zoey.searchMemory',
    title: 'command.searchMemory',
    run: ({ memory }) => telling(() => search(memory)),
  },
  {
    id: 'zoey.clearMemorySearch',
    title: 'command.clearMemorySearch',
    run: ({ memory: { view } }) => view.search(''),
  },
  { id: 'zoey.openMemorySource', title: 'command.openMemorySource', run: onRows(openSource) },
  { id: 'zoey.editMemory', title: 'command.editMemory', run: onRows(edit) },
  { id: 'zoey.copyMemory', title: 'command.copyMemory', run: onRows(copy) },
  { id: 'zoey.forgetMemory', title: 'command.forgetMemory', run: onRows(forget) },
  {
    id: 'zoey.showMoreMemories',
    run: ({ memory: { view } }, kind) => {
      const known = KINDS.find((one) => one === kind);
      return known && telling(() => view.tree.showMore(known));
    },
  },
];

async function add({ view, memories }: MemoryTargets): Promise<void> {
  const text = await vscode.window.showInputBox({
    title: 'Add a memory',
    prompt: 'What should Zoey remember in this workspace?',
    placeHolder: 'Deploys go out on Tuesdays',
    ignoreFocusOut: true,
  });
  if (!text?.trim()) return;
  await memories.add(text.trim());
  if (!view.visible) void vscode.window.setStatusBarMessage('Remembered', 5_000);
}

async function search({ view }: MemoryTargets): Promise<void> {
  const query = await vscode.window.showInputBox({
    title: 'Search memory',
    prompt: 'By meaning and by words',
    placeHolder: 'when deploys go out',
    value: view.tree.query,
  });
  if (query !== undefined) await view.search(query.trim());
}

async function openSource({ openPlace, openRoom }: MemoryTargets, [row]: MemoryRow[]): Promise<void> {
  const { roomId, source = '' } = row?.memory ?? {};
  const place = placeOf(source);
  if (place) await openPlace(place);
  else if (roomId !== undefined) await openRoom(roomId);
}

async function edit({ memories }: MemoryTargets, rows: MemoryRow[]): Promise<void> {
  for (const { memory } of rows.slice(0, 1)) {
    const { id, text } = await memories.get(memory.id);
    if (text.length > MAX_LINE || text.includes('\n')) return openMemory({ id, text });
    const changed = await vscode.window.showInputBox({
      title: 'Edit memory',
      prompt: 'What should Zoey remember instead?',
      value: text,
      ignoreFocusOut: true,
      validateInput: (value) =>
        value.trim() === '' ? 'Write what to remember. To remove it, forget it.' : '',
    });
    if (changed?.trim() && changed.trim() !== text) await memories.update(id, changed.trim());
  }
}

async function copy({ memories }: MemoryTargets, rows: MemoryRow[]): Promise<void> {
  const texts: string[] = [];
  for (const { memory } of rows) texts.push((await memories.get(memory.id)).text);
  await vscode.env.clipboard.writeText(texts.join('\n'));
}

/** At once and for good. What it said stays here while the message with "Undo" does, and nowhere else. */
async function forget({ memories }: MemoryTargets, rows: MemoryRow[]): Promise<void> {
  const forgotten: MemoryItem[] = [];
  for (const { memory } of rows) forgotten.push(await memories.get(memory.id));
  await memories.forget(forgotten.map(({ id }) => id));
  // The command is done: the message may stand for long.
  void telling(() => offerUndo(memories, forgotten));
}

async function offerUndo(memories: Memories, forgotten: MemoryItem[]): Promise<void> {
  const [first, ...others] = forgotten;
  if (!first) return;
  const what = others.length === 0 ? `“${oneLine(first.text, MAX_QUOTE)}”` : `${forgotten.length} memories`;
  const undo = 'Undo';
  if ((await vscode.window.showInformationMessage(`Forgot ${what}.`, undo)) !== undo) return;
  for (const memory of forgotten) await memories.restore(memory);
}

function isMemory(node: TreeNode): node is MemoryRow {
  return node.type === 'memory';
}
