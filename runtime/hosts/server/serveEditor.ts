import { setTimeout } from 'node:timers/promises';
import { createConnection, type InitializeParams, ProposedFeatures } from 'vscode-languageserver/node';
import * as z from 'zod';
import type { createRuntime, RuntimeOptions, StorageChoice } from '../../index.ts';
import { ZoeyError } from '../../kernel/errors.ts';
import { createLog, type Log, silentLog } from '../../kernel/log.ts';
import type { Invoke } from '../../protocol/rpc.ts';
import { toResponseError } from '../failure.ts';
import { type JoinedMemory, joinMemory } from '../owner/join.ts';
import { shareMemory } from '../owner/share.ts';
import { serveInvoke } from '../serveInvoke.ts';
import { STORAGE_URL } from '../storageUrl.ts';
import { Documents } from './documents.ts';
import { Offers, offerCode } from './offers/offer.ts';
import { WatchedFiles } from './watchedFiles.ts';

/** What the editor tells at `initialize`. */
const Initialization = z.object({
  /** Absolute path; made where it is missing. */
  storageDir: z.string().min(1),
  version: z.string().min(1).max(100),
  /** Where the memory is. `postgres` needs its address in the environment; without a word, the address decides. */
  location: z.enum(['workspace', 'postgres']).optional(),
  /** Where the person keeps plugins of their own, and whether the workspace is trusted. */
  plugins: z.object({ folder: z.string().min(1), trusted: z.boolean() }).optional(),
  /** Absolute path of the file that says who answers. */
  character: z.string().min(1).optional(),
  /** For editors without an extension of ours: code actions and completions, with these settings. */
  offers: Offers.optional(),
});

/** How long stopping turns and closing the database may take at the end; editors wait for about two seconds. */
const CLOSE_MS = 1500;

/**
 * The agent server: a language server over IPC or standard input and output, as the arguments say. It answers
 * `zoey/invoke`. A memory that does not open fails the calls, not the server.
 */
export function serveEditor(create: typeof createRuntime): void {
  const databaseUrl = process.env[STORAGE_URL] || undefined;
  // What this process starts has no use for it.
  delete process.env[STORAGE_URL];
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
    watched.note(name, options.caller);
    return memory.invoke(name, input, options);
  };
  const watched = new WatchedFiles(invoke, log);
  const documents = new Documents();
  documents.listen(connection, (uri) => watched.shown(uri));

  connection.onInitialize((params: InitializeParams) => {
    const options = Initialization.safeParse(params.initializationOptions);
    if (!options.success) {
      const message = `initializationOptions: ${z.prettifyError(options.error)}`;
      throw toResponseError(new ZoeyError('invalid_input', message));
    }
    const { storageDir, version, plugins, character, location, offers } = options.data;
    const open = (where: Pick<RuntimeOptions, 'storage' | 'storageDir' | 'indexDir'>) =>
      create({
        ...where,
        log,
        version,
        live: (absolute) => documents.textOf(absolute),
        ...(plugins && { plugins }),
        ...(character !== undefined && { character }),
      });
    if (location === 'postgres' || (location === undefined && databaseUrl !== undefined)) {
      const shared = async (held: { indexDir?: string }) =>
        open({ storage: databaseAt(databaseUrl), ...held });
      memory = shareMemory({ storageDir, open: shared, log });
    } else {
      memory = joinMemory({
        storageDir,
        open: () => open({ storageDir }),
        rehearse: () => create({ log: silentLog, version }),
        log,
      });
    }
    watched.follow(
      connection,
      params.capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    );
    const offered = offers ? offerCode(connection, { invoke, documents, offers, params }) : {};
    const capabilities = { textDocumentSync: Documents.sync, ...offered };
    return { capabilities, serverInfo: { name: 'zoey', version } };
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

function databaseAt(url: string | undefined): StorageChoice {
  if (url !== undefined) return { kind: 'postgres', url };
  throw new ZoeyError('storage_misconfigured', 'No database is set.', {
    hint: 'Run "Zoey: Set Database", or set "zoey.storage.location" to "workspace".',
  });
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
