import { setTimeout } from 'node:timers/promises';
import { createConnection, type InitializeParams, ProposedFeatures } from 'vscode-languageserver/node';
import * as z from 'zod';
import type { createRuntime } from '../../index.ts';
import { ZoeyError } from '../../kernel/errors.ts';
import { createLog, type Log } from '../../kernel/log.ts';
import type { Invoke } from '../../protocol/rpc.ts';
import { toResponseError } from '../failure.ts';
import { type JoinedMemory, joinMemory } from '../owner/join.ts';
import { serveInvoke } from '../serveInvoke.ts';

/** What the editor tells at `initialize`. */
const Initialization = z.object({
  /** Absolute path; made where it is missing. */
  storageDir: z.string().min(1),
  version: z.string().min(1).max(100),
  /** Where the person keeps plugins of their own, and whether the workspace is trusted. */
  plugins: z.object({ folder: z.string().min(1), trusted: z.boolean() }).optional(),
});

/** How long stopping turns and closing the database may take at the end; editors wait for about two seconds. */
const CLOSE_MS = 1500;

/**
 * The agent server: a language server over IPC or standard input and output, as the arguments say. It answers
 * `zoey/invoke`. A memory that does not open fails the calls, not the server.
 */
export function serveEditor(create: typeof createRuntime): void {
  const connection = createConnection(ProposedFeatures.all);
  const log = createLog((level, message) => {
    const { console } = connection;
    const write = { debug: console.debug, info: console.info, warn: console.warn, error: console.error }[
      level
    ];
    write.call(console, message);
  });
  let memory: JoinedMemory | undefined;
  const close = () => closeInTime(memory, log);
  const invoke: Invoke = (name, input, options) => {
    if (memory === undefined) throw new ZoeyError('invalid_input', 'The server was not initialized.');
    return memory.invoke(name, input, options);
  };

  connection.onInitialize((params: InitializeParams) => {
    const options = Initialization.safeParse(params.initializationOptions);
    if (!options.success) {
      const message = `initializationOptions: ${z.prettifyError(options.error)}`;
      throw toResponseError(new ZoeyError('invalid_input', message));
    }
    const { storageDir, version, plugins } = options.data;
    const open = () => create({ storageDir, log, version, ...(plugins && { plugins }) });
    memory = joinMemory({ storageDir, open, log });
    return { capabilities: {}, serverInfo: { name: 'zoey', version } };
  });
  serveInvoke(connection, invoke);
  connection.onShutdown(close);

  const leave = async (status: number) => {
    await close();
    process.exit(status);
  };
  const crash = (thrown: unknown) => {
    log.error(`The agent server stops: ${describe(thrown)}`);
    void leave(1);
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
  // The editor's process is gone, or ends us: in both cases nobody reads answers any more.
  process.once('disconnect', () => void leave(0));
  process.once('SIGTERM', () => void leave(0));
  connection.listen();
}

async function closeInTime(memory: JoinedMemory | undefined, log: Log): Promise<void> {
  const closing = memory?.close().catch((error: unknown) => log.error(`Closing: ${describe(error)}`));
  await Promise.race([closing, setTimeout(CLOSE_MS, undefined, { ref: false })]);
}

/** The stack, cut to what a log line bears. */
function describe(thrown: unknown): string {
  const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return text.slice(0, 4000);
}
