import { Console } from 'node:console';
import { version } from '../../../package.json';
import type { createRuntime } from '../../index.ts';
import { createLog, type Log } from '../../kernel/log.ts';
import type { Invoke } from '../../protocol/rpc.ts';
import { joinMemory } from '../owner/join.ts';
import { type Command, parseCommand, type Session } from './args.ts';
import { chat } from './chat.ts';
import { invokeBatch, invokeOne } from './invoke.ts';
import { OutputClosed, writerTo } from './output.ts';
import { openTerminal } from './terminal.ts';
import { helpText, USAGE, UsageError } from './usage.ts';

/** The exit status of a program that was interrupted, as shells count. */
const INTERRUPTED = 130;

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

async function perform(command: Working, create: typeof createRuntime): Promise<boolean> {
  const { storageDir, verbose } = command.session;
  const log = stderrLog(verbose);
  const open = () => create({ storageDir, log, version });
  const memory = joinMemory({ storageDir, open, log });
  try {
    return await (command.kind === 'chat'
      ? runChat(command.session, memory.invoke)
      : runInvoke(command, memory.invoke));
  } finally {
    await memory.close();
  }
}

async function runInvoke(command: Exclude<Working, { kind: 'chat' }>, invoke: Invoke): Promise<boolean> {
  const { stdin, stdout } = process;
  const stopping = new AbortController();
  process.on('SIGTERM', () => stopping.abort());
  process.on('SIGINT', () => {
    if (stopping.signal.aborted) process.exit(INTERRUPTED);
    stopping.abort();
  });
  const { signal } = stopping;
  const calling = { invoke, caller: command.session.caller, signal, stdin, write: writerTo(stdout) };
  return command.kind === 'batch'
    ? invokeBatch(command.source, calling)
    : invokeOne(command.name, command.json, calling);
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

function stderrLog(verbose: boolean): Log {
  return createLog((level, message) => {
    if (verbose) process.stderr.write(`${new Date().toISOString()} ${level} ${message}\n`);
  });
}
