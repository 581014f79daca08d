import * as vscode from 'vscode';
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  ProgressType,
  RevealOutputChannelOn,
  TransportKind,
} from 'vscode-languageclient/node';
import { INVOKE } from '../runtime/protocol/rpc.ts';
import { MAX_SOURCE } from '../runtime/types/edit.ts';
import type { ServerLife } from './agent.ts';
import { SERVER_ENVIRONMENT, SERVER_FLAGS } from './serverEnvironment.ts';
import type { StartOptions } from './startOptions.ts';

interface ServerOptions {
  /** Absolute path of the server's bundle. */
  module: string;
  /** Handed to the server as it is initialized. */
  initializationOptions: {
    /** Absolute path of the folder that holds this workspace's memory. */
    storageDir: string;
    /** True where no folder is open and the memory is that of all windows without one. */
    globalStorage: boolean;
    version: string;
    location: 'workspace' | 'postgres';
  } & StartOptions;
  /** Added to the environment of the server. */
  env: Record<string, string>;
  log: NonNullable<LanguageClientOptions['outputChannel']>;
  /** Milliseconds until a start counts as failed. */
  startTimeout?: number;
}

const START_TIMEOUT = 30_000;
const STOP_TIMEOUT = 1_500;
const chunkType = new ProgressType<unknown>();

/** The library's client, without its pop-ups: what a failure means to the person is said in one place, ours. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }

  /** The library rejects where there is nothing to stop, from places that no one can catch. */
  override async stop(timeout?: number): Promise<void> {
    if (this.isRunning()) await super.stop(timeout);
  }
}

/** Starts the agent server over IPC. A client serves one life: whether to start another is the agent's choice. */
export async function startServer(options: ServerOptions, signal: AbortSignal): Promise<ServerLife> {
  const { promise: ended, resolve: end } = withResolvers();
  const client = new QuietClient(
    'zoey',
    'Zoey',
    {
      module: options.module,
      transport: TransportKind.ipc,
      options: { execArgv: [...SERVER_FLAGS], env: { ...SERVER_ENVIRONMENT, ...options.env } },
    },
    {
      outputChannel: options.log,
      // Keystrokes go over as they are; a file too large to be quoted stays here.
      documentSelector: [{ scheme: 'file' }],
      middleware: {
        didOpen: async (document, next) => {
          if (!isLarge(document)) await next(document);
        },
      },
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: options.initializationOptions,
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: async () => {
          end();
          // The library forgets a start under way once this resolves; let that start see its own end first.
          await new Promise((resolve) => setImmediate(resolve));
          return { action: CloseAction.DoNotRestart, message: 'The agent server is gone.', handled: true };
        },
      },
    },
  );
  await start(client, options.startTimeout ?? START_TIMEOUT, signal);
  const child = client.serverProcess;
  return {
    ended,
    request: (params, token) => client.sendRequest(INVOKE, params, token),
    onChunk: (stream, handler) => client.onProgress(chunkType, stream, handler),
    stop: async () => {
      try {
        await client.stop(STOP_TIMEOUT);
      } catch {
        // Nothing acknowledged is lost by this: the server answers for a write only once it is on disk.
        child?.kill('SIGKILL');
      } finally {
        end();
      }
    },
  };
}

/** Measured without a copy of its text. */
function isLarge(document: vscode.TextDocument): boolean {
  return document.offsetAt(new vscode.Position(document.lineCount, 0)) > MAX_SOURCE;
}

/** Resolves once the server answers; otherwise rejects, and no process is left. */
async function start(client: LanguageClient, timeoutMs: number, signal: AbortSignal): Promise<void> {
  const cut = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const { promise: cutOff, reject } = withResolvers();
  const onCut = () => reject(new Error(signal.aborted ? 'stopped' : `no answer within ${timeoutMs} ms`));
  cut.addEventListener('abort', onCut);
  try {
    if (signal.aborted) throw new Error('stopped');
    await Promise.race([client.start(), cutOff]);
    if (!client.isRunning()) throw new Error('it ended while it started');
  } catch (error) {
    client.serverProcess?.kill('SIGKILL');
    throw error;
  } finally {
    cut.removeEventListener('abort', onCut);
  }
}

function withResolvers() {
  let resolve: () => void = () => {};
  let reject: (reason: Error) => void = () => {};
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
