import { Console } from 'node:console';
import { version } from '../../../package.json';
import type { createRuntime } from '../../index.ts';
import { createLog, type Log, type LogLevel } from '../../kernel/log.ts';
import type { Invoke } from '../../protocol/rpc.ts';
import { type JoinedMemory, joinMemory } from '../owner/join.ts';
import { shareMemory } from '../owner/share.ts';
import { type Command, parseCommand, type Session } from './args.ts';
import { chat } from './chat.ts';
import { functionsText } from './functions.ts';
import { invokeBatch, invokeOne } from './invoke.ts';
import { OutputClosed, writerTo } from './output.ts';
import { serve } from './serve.ts';
import { openTerminal } from './terminal.ts';
import { helpText, USAGE, UsageError } from './usage.ts';

/** The exit status of a program that was interrupted, as shells count. */
const INTERRUPTED = 130;
/** How long closing the memory may take after a crash, in ms. */
const CRASH_MS = 1500;

/** Runs the command line of this process and ends it: 0 all well, 1 a call failed, 2 not understood. */
export async function main(create: typeof createRuntime): Promise<void> {
  // Standard output is for answers alone, whatever a library likes to say.
  globalThis.console = new Console(process.stderr, process.stderr);
  process.exit(await run(create));
}

async function run(create: typeof createRuntime): Promise<number> {
  const write = writerTo(process.stdout);
  try {
    const command = parseCommand(process.argv.slice(2));
    if (command.kind === 'help') await write(helpText());
    else if (command.kind === 'version') await write(`${version}\n`);
    else if (command.kind === 'functions') await write(functionsText(command.format, version));
    else if (command.kind === 'copy') return (await runCopy(command)) ? 0 : 1;
    else return (await perform(command, create)) ? 0 : 1;
    return 0;
  } catch (error) {
    if (error instanceof OutputClosed) return 1;
    const note = writerTo(process.stderr);
    if (error instanceof UsageError) {
      await note(`zoey: ${error.message}\n\n${USAGE}`);
      return 2;
    }
    await note(`zoey: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

type Working = Extract<Command, { session: Session }>;
type Invoking = Extract<Working, { kind: 'invoke' | 'batch' }>;
type Serving = Extract<Working, { kind: 'serve' }>;

async function perform(command: Working, create: typeof createRuntime): Promise<boolean> {
  const { storageDir, database, own, verbose } = command.session;
  // A server that runs for days says what went wrong unasked.
  const quiet = command.kind === 'serve' ? 'warn' : toldOf(own);
  const log = stderrLog(verbose ? 'debug' : quiet);
  const { character, plugins } = own;
  const common = {
    log,
    version,
    ...(character !== undefined && { character }),
    // Whoever names a folder of plugins on the command line means it.
    ...(plugins !== undefined && { plugins: { folder: plugins, trusted: true } }),
  };
  const memory =
    database === undefined
      ? joinMemory({ storageDir, open: () => create({ storageDir, ...common }), log })
      : shareMemory({
          storageDir,
          open: (held) => create({ storage: { kind: 'postgres', url: database }, ...held, ...common }),
          log,
        });
  try {
    if (command.kind === 'chat') return await runChat(command.session, memory.invoke);
    if (command.kind === 'serve') return await runServe(command, memory, log);
    return await runInvoke(command, memory.invoke);
  } finally {
    await memory.close();
  }
}

/** What of the person's own can't be used is said unasked. */
function toldOf(own: Session['own']): LogLevel | undefined {
  return Object.keys(own).length > 0 ? 'error' : undefined;
}

async function runInvoke(command: Invoking, invoke: Invoke): Promise<boolean> {
  const { stdin, stdout } = process;
  const { caller } = command.session;
  const calling = { invoke, caller, signal: interruption(), stdin, write: writerTo(stdout) };
  return command.kind === 'batch'
    ? invokeBatch(command.source, calling)
    : invokeOne(command.name, command.json, calling);
}

async function runCopy({ from, to, verbose }: Extract<Command, { kind: 'copy' }>): Promise<boolean> {
  // It opens databases by itself, so nobody else loads it.
  const { copyMemory } = await import('./storage.ts');
  const log = stderrLog(verbose ? 'debug' : 'warn');
  return copyMemory({ from, to, log, signal: interruption(), write: writerTo(process.stdout) });
}

async function runServe(command: Serving, memory: JoinedMemory, log: Log): Promise<boolean> {
  const crash = (thrown: unknown) => {
    log.error(`The server stops: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : thrown}`);
    setTimeout(() => process.exit(1), CRASH_MS);
    memory.close().finally(() => process.exit(1));
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
  const { session, ...place } = command;
  await serve({
    ...place,
    ...session,
    memory,
    log,
    version,
    signal: interruption(),
    write: writerTo(process.stdout),
    note: writerTo(process.stderr),
  });
  return true;
}

/** Aborted when the process is asked to end; asked by Ctrl+C once more, it ends at once. */
function interruption(): AbortSignal {
  const stopping = new AbortController();
  process.on('SIGTERM', () => stopping.abort());
  process.on('SIGINT', () => {
    if (stopping.signal.aborted) process.exit(INTERRUPTED);
    stopping.abort();
  });
  return stopping.signal;
}

async function runChat({ caller }: Session, invoke: Invoke): Promise<boolean> {
  const terminal = openTerminal(process, {
    onInterrupt: (listener) => void process.on('SIGINT', listener),
    quit: () => process.exit(INTERRUPTED),
  });
  process.once('SIGTERM', () => terminal.close());
  try {
    return await chat({ invoke, caller, terminal });
  } finally {
    terminal.close();
  }
}

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** A log of all that is at least of this level; of nothing where none is given. */
function stderrLog(least: LogLevel | undefined): Log {
  return createLog((level, message) => {
    if (least === undefined || LEVELS.indexOf(level) < LEVELS.indexOf(least)) return;
    process.stderr.write(`${new Date().toISOString()} ${level} ${message}\n`);
  });
}
