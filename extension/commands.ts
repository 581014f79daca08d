import * as vscode from 'vscode';
import type { PanelNotification } from '../runtime/protocol/panel.ts';
import type { Agent } from './agent.ts';
import { isCode, selectionOf } from './attachments.ts';
import { definitionsFor } from './coding/ask.ts';
import { type CodingTargets, codingCommands } from './coding/commands.ts';
import { type MemoryTargets, memoryCommands } from './memoryView/commands.ts';
import { looksSecret } from './paths.ts';

/** What the commands reach. */
interface CommandTargets extends CodingTargets {
  chat: { reveal(): Promise<void>; notify(notice: PanelNotification): void };
  agent: Agent;
  database: { set(agent: Agent): Promise<void> };
  memory: MemoryTargets;
  indexing: { rebuild(): Promise<void>; pause(): Promise<void>; resume(): Promise<void> };
  log: { show(): void };
  showLedger(): Promise<void>;
  showMenu(): Promise<void>;
  startOllama(): void;
}

interface Command {
  id: `zoey.${string}`;
  /** Key of its title in package.nls.json; absent where it is not in the palette. */
  title?: `command.${string}`;
  run(targets: CommandTargets, argument: unknown): unknown;
}

const own: readonly Command[] = [
  { id: 'zoey.openChat', title: 'command.openChat', run: ({ chat }) => chat.reveal() },
  { id: 'zoey.newChat', title: 'command.newChat', run: (targets) => tell(targets, { type: 'newChat' }) },
  {
    id: 'zoey.showHistory',
    title: 'command.showHistory',
    run: (targets) => tell(targets, { type: 'history' }),
  },
  {
    id: 'zoey.selectModel',
    title: 'command.selectModel',
    run: (targets) => tell(targets, { type: 'pickModel' }),
  },
  {
    id: 'zoey.askAboutSelection',
    title: 'command.askAboutSelection',
    run: (targets) => askAboutSelection(targets, { text: '', send: false }),
  },
  {
    id: 'zoey.explainSelection',
    title: 'command.explainSelection',
    run: (targets) => askAboutSelection(targets, { text: 'Explain this code.', send: true }),
  },
  { id: 'zoey.startOllama', title: 'command.startOllama', run: ({ startOllama }) => startOllama() },
  { id: 'zoey.showLedger', title: 'command.showLedger', run: ({ showLedger }) => showLedger() },
  { id: 'zoey.showLog', title: 'command.showLog', run: ({ log }) => log.show() },
  { id: 'zoey.restart', title: 'command.restart', run: ({ agent }) => agent.restart() },
  {
    id: 'zoey.setDatabase',
    title: 'command.setDatabase',
    run: ({ database, agent }) => database.set(agent),
  },
  { id: 'zoey.rebuildIndex', title: 'command.rebuildIndex', run: ({ indexing }) => indexing.rebuild() },
  { id: 'zoey.pauseIndex', title: 'command.pauseIndex', run: ({ indexing }) => indexing.pause() },
  { id: 'zoey.resumeIndex', title: 'command.resumeIndex', run: ({ indexing }) => indexing.resume() },
  { id: 'zoey.showMenu', run: ({ showMenu }) => showMenu() },
];

/** Every command of ours. The manifest lists the same; a test holds the two against each other. */
export const commands: readonly Command[] = [...own, ...memoryCommands, ...codingCommands];

export function registerCommands(parts: Omit<CommandTargets, 'ask'>): vscode.Disposable {
  const targets: CommandTargets = {
    ...parts,
    ask: ({ attachments = [], ...question }) => tell(parts, { type: 'ask', ...question, attachments }),
  };
  return vscode.Disposable.from(
    ...commands.map(({ id, run }) =>
      vscode.commands.registerCommand(id, (argument: unknown) => run(targets, argument)),
    ),
  );
}

async function tell({ chat }: Pick<CommandTargets, 'chat'>, notice: PanelNotification): Promise<void> {
  await chat.reveal();
  chat.notify(notice);
}

async function askAboutSelection(
  targets: CommandTargets,
  { text, send }: { text: string; send: boolean },
): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const selection = editor && isCode(editor.document) ? selectionOf(editor) : undefined;
  if (!selection) {
    void vscode.window.showInformationMessage('Select some code first.');
  } else if (looksSecret(selection.path)) {
    void vscode.window.showWarningMessage(
      `${selection.path} looks like a file of secrets. Zoey leaves such files alone.`,
    );
  } else {
    const { chat } = targets;
    const [definitions] = await Promise.all([
      editor && send ? definitionsFor(editor.document, editor.selection) : [],
      chat.reveal(),
    ]);
    chat.notify({ type: 'ask', text, attachments: [selection, ...definitions], send });
  }
}
