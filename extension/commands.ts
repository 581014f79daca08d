import * as vscode from 'vscode';
import type { PanelNotification } from '../runtime/protocol/panel.ts';
import { isCode, selectionOf } from './attachments.ts';
import { looksSecret } from './paths.ts';

/** What the commands reach. */
interface CommandTargets {
  chat: { reveal(): Promise<void>; notify(notice: PanelNotification): void };
  agent: { restart(): Promise<void> };
  log: { show(): void };
  showLedger(): Promise<void>;
  showMenu(): Promise<void>;
  startOllama(): void;
}

interface Command {
  id: `zoey.${string}`;
  /** Key of its title in package.nls.json; absent where it is not in the palette. */
  title?: `command.${string}`;
  run(targets: CommandTargets): unknown;
}

/** Every command of ours. The manifest lists the same; a test holds the two against each other. */
export const commands: readonly Command[] = [
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
  { id: 'zoey.showMenu', run: ({ showMenu }) => showMenu() },
];

export function registerCommands(targets: CommandTargets): vscode.Disposable {
  return vscode.Disposable.from(
    ...commands.map(({ id, run }) => vscode.commands.registerCommand(id, () => run(targets))),
  );
}

async function tell({ chat }: CommandTargets, notice: PanelNotification): Promise<void> {
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
    await tell(targets, { type: 'ask', text, attachments: [selection], send });
  }
}
