import path from 'node:path';
import * as vscode from 'vscode';
import { Agent } from './agent.ts';
import { CHAT_VIEW, ChatView } from './chatView.ts';
import { registerCommands } from './commands.ts';
import { Configuration } from './configuration.ts';
import { EditorContextWatcher } from './editorContext.ts';
import { createEditorHost, startOllama } from './editorHost.ts';
import { LedgerView } from './ledgerView.ts';
import { StatusBar, showMenu } from './statusBar.ts';
import { sharedStorage } from './storageFolder.ts';
import { followWalkthrough } from './walkthrough.ts';

/** What the tests in the extension host reach; other extensions are given nothing. */
export interface TestAccess {
  agent: Agent;
  chat: ChatView;
  configuration: Configuration;
}

let agent: Agent | undefined;

/** Puts the parts together. Nothing is started: the agent's server comes up when the panel or a command needs it. */
export function activate(context: vscode.ExtensionContext): TestAccess | undefined {
  const log = vscode.window.createOutputChannel('Zoey', { log: true });
  const configuration = new Configuration();
  agent = createAgent(context, configuration, log);
  const ledger = new LedgerView(agent);
  const host = createEditorHost({
    settings: () => configuration.settings,
    showLedger: () => ledger.show(),
    showLog: () => log.show(),
  });
  const { extensionUri } = context;
  const chat: ChatView = new ChatView({
    extensionUri,
    agent,
    host,
    welcome: () => [{ type: 'context', ...watcher.current() }],
  });
  const watcher = new EditorContextWatcher(
    (found) => chat.notify({ type: 'context', ...found }),
    () => chat.visible,
  );
  const statusBar = new StatusBar(agent, chat);
  context.subscriptions.push(
    log,
    configuration,
    ledger,
    chat,
    watcher,
    statusBar,
    followWalkthrough(agent),
    vscode.window.registerWebviewViewProvider(CHAT_VIEW, chat),
    registerCommands({ chat, agent, log, showLedger: () => ledger.show(), showMenu, startOllama }),
    configuration.onDidChange(() => {
      chat.notify({ type: 'refresh' });
      statusBar.refresh();
    }),
    agent.onDidChangeState((state) => {
      if (state === 'failed') void offerRestart();
    }),
  );
  return context.extensionMode === vscode.ExtensionMode.Test ? { agent, chat, configuration } : undefined;
}

export function deactivate(): Promise<void> | undefined {
  return agent?.stop();
}

function createAgent(
  context: vscode.ExtensionContext,
  configuration: Configuration,
  log: vscode.LogOutputChannel,
): Agent {
  const globalStorage = context.storageUri === undefined;
  const storage = context.storageUri
    ? vscode.Uri.file(sharedStorage(context.storageUri.fsPath))
    : vscode.Uri.joinPath(context.globalStorageUri, 'no-folder');
  const module = context.asAbsolutePath(path.join('dist', 'server.js'));
  const { version } = context.extension.packageJSON as { version: string };
  const initializationOptions = { storageDir: storage.fsPath, globalStorage, version };
  return new Agent({
    startServer: async (signal) => {
      await vscode.workspace.fs.createDirectory(storage);
      // Half of all the code to load, and not needed by who only looks at a command.
      const { startServer } = await import('./client.ts');
      return startServer({ module, initializationOptions, log }, signal);
    },
    caller: () => configuration.caller(),
    log,
  });
}

async function offerRestart(): Promise<void> {
  const restart = 'Restart';
  const showLog = 'Show Log';
  const chosen = await vscode.window.showErrorMessage(
    "Zoey's agent stopped again and again, so it is not started any more. What was saved is safe.",
    restart,
    showLog,
  );
  if (chosen === restart) await vscode.commands.executeCommand('zoey.restart');
  if (chosen === showLog) await vscode.commands.executeCommand('zoey.showLog');
}
