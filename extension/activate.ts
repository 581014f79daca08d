import path from 'node:path';
import * as vscode from 'vscode';
import { Agent } from './agent.ts';
import { CHAT_VIEW, ChatView } from './chatView.ts';
import { CodeBlocks } from './coding/codeBlocks.ts';
import { Findings } from './coding/findings.ts';
import { offerCodingInEditor } from './coding/offers.ts';
import { EditReviews } from './coding/review.ts';
import { registerCommands } from './commands.ts';
import { Configuration } from './configuration.ts';
import { Database } from './database.ts';
import { EditorContextWatcher } from './editorContext.ts';
import { createEditorHost, startOllama } from './editorHost.ts';
import { Indexing } from './indexing.ts';
import { LedgerView } from './ledgerView.ts';
import { MemoryDocuments } from './memoryView/memoryDocuments.ts';
import { MemoryView } from './memoryView/memoryView.ts';
import { modelAddressOf } from './modelStatus.ts';
import { followStartOptions, startOptions } from './startOptions.ts';
import { StatusBar } from './statusBar.ts';
import { sharedStorage } from './storageFolder.ts';
import { followWalkthrough } from './walkthrough.ts';

/** What the tests in the extension host reach; other extensions are given nothing. */
export interface TestAccess {
  agent: Agent;
  chat: ChatView;
  configuration: Configuration;
  memory: MemoryView;
}

let agent: Agent | undefined;

/** Puts the parts together. Nothing is started: the agent's server comes up when the panel or a command needs it. */
export function activate(context: vscode.ExtensionContext): TestAccess | undefined {
  const log = vscode.window.createOutputChannel('Zoey', { log: true });
  const configuration = new Configuration();
  const storage = storageOf(context);
  const database = new Database({ secrets: context.secrets, storageDir: storage.fsPath });
  agent = createAgent(context, { storage, database, configuration, log });
  const ledger = new LedgerView(agent);
  const reviews = new EditReviews();
  const host = createEditorHost({
    codeBlocks: new CodeBlocks(agent, reviews),
    settings: () => configuration.settings,
    modelAddress: modelAddressOf(agent),
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
  const findings = new Findings();
  const indexing = new Indexing(agent, configuration);
  const memory = new MemoryView(agent);
  context.subscriptions.push(
    indexing,
    memory,
    new MemoryDocuments(memory.memories),
    log,
    configuration,
    ledger,
    chat,
    watcher,
    statusBar,
    followWalkthrough(agent),
    followStartOptions(agent, () => log.show()),
    vscode.window.registerWebviewViewProvider(CHAT_VIEW, chat),
    reviews,
    findings,
    registerCommands({
      chat,
      agent,
      log,
      reviews,
      findings,
      showLedger: () => ledger.show(),
      showMenu: () => statusBar.showMenu(host),
      startOllama,
      database,
      indexing,
      memory: {
        view: memory,
        memories: memory.memories,
        openPlace: (place) => host['editor/open'](place),
        openRoom: async (roomId) => {
          await chat.reveal();
          chat.notify({ type: 'openRoom', roomId });
        },
      },
    }),
    database.follow(agent),
    offerCodingInEditor(agent, configuration),
    configuration.onDidChange(() => {
      chat.notify({ type: 'refresh' });
      statusBar.refresh();
    }),
    agent.onDidChangeState((state) => {
      if (state === 'failed') void offerRestart();
    }),
  );
  return context.extensionMode === vscode.ExtensionMode.Test
    ? { agent, chat, configuration, memory }
    : undefined;
}

export function deactivate(): Promise<void> | undefined {
  return agent?.stop();
}

/** The folder of this workspace's memory, or of that of all windows without a folder. */
function storageOf({ storageUri, globalStorageUri }: vscode.ExtensionContext): vscode.Uri {
  return storageUri
    ? vscode.Uri.file(sharedStorage(storageUri.fsPath))
    : vscode.Uri.joinPath(globalStorageUri, 'no-folder');
}

interface AgentParts {
  storage: vscode.Uri;
  database: Database;
  configuration: Configuration;
  log: vscode.LogOutputChannel;
}

function createAgent(
  context: vscode.ExtensionContext,
  { storage, database, configuration, log }: AgentParts,
): Agent {
  const globalStorage = context.storageUri === undefined;
  const module = context.asAbsolutePath(path.join('dist', 'server.js'));
  const { version } = context.extension.packageJSON as { version: string };
  const initializationOptions = { storageDir: storage.fsPath, globalStorage, version };
  return new Agent({
    startServer: async (signal) => {
      await vscode.workspace.fs.createDirectory(storage);
      log.info(`What is kept for this workspace on this machine is in ${storage.fsPath}`);
      // Half of all the code to load, and not needed by who only looks at a command.
      const { startServer } = await import('./client.ts');
      const { location, env } = await database.place();
      return startServer(
        {
          module,
          initializationOptions: { ...initializationOptions, ...startOptions(), location },
          env,
          log,
        },
        signal,
      );
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
