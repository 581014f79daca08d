import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import { program } from './programs.ts';

/** A raw client of the language server, with the fake runtime behind it unless `script` is another. */
export class Editor {
  readonly connection: MessageConnection;
  readonly child: ChildProcess;
  /** What came by `window/logMessage`. */
  readonly log: string[] = [];
  readonly #exited: Promise<number | null>;

  constructor(transport: 'stdio' | 'ipc', script: string = program('server')) {
    const { child, connection } = transport === 'stdio' ? overStdio(script) : overIpc(script);
    this.child = child;
    this.connection = connection;
    this.#exited = once(child, 'exit').then(([code]) => code);
    connection.onNotification('window/logMessage', ({ message }: { message: string }) => {
      this.log.push(message);
    });
    connection.onError(() => {});
    connection.listen();
  }

  initialize(initializationOptions: unknown): Promise<unknown> {
    return this.connection.sendRequest('initialize', {
      processId: process.pid,
      rootUri: null,
      capabilities: {},
      initializationOptions,
    });
  }

  /** The exit status, when the server has ended. */
  ended(): Promise<number | null> {
    return this.#exited;
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.#exited;
    this.connection.dispose();
  }
}

function overStdio(script: string): { child: ChildProcess; connection: MessageConnection } {
  const child = spawn(process.execPath, [script, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  return { child, connection: createMessageConnection(child.stdout, child.stdin) };
}

function overIpc(script: string): { child: ChildProcess; connection: MessageConnection } {
  const child = fork(script, ['--node-ipc'], { execArgv: [] });
  const connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
  return { child, connection };
}
