import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Caller, Settings } from '../../types/host.ts';
import { defaultStorageDir } from './storageDir.ts';
import { UsageError } from './usage.ts';

/** What a command needs in order to join a memory. */
export interface Session {
  storageDir: string;
  caller: Caller;
  verbose: boolean;
}

/** `json` and `source` may be "-" for standard input. */
export type Command =
  | { kind: 'help' }
  | { kind: 'version' }
  | { kind: 'invoke'; name: string; json: string; session: Session }
  | { kind: 'batch'; source: string; session: Session }
  | { kind: 'chat'; session: Session };

const OPTIONS = {
  storage: { type: 'string' },
  workspace: { type: 'string' },
  ollama: { type: 'string' },
  'allow-host': { type: 'string', multiple: true },
  model: { type: 'string' },
  batch: { type: 'string' },
  verbose: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

/** Reads a command line without the program's name. Throws UsageError. */
export function parseCommand(argv: readonly string[]): Command {
  const { values, positionals } = parse(argv);
  if (values.help === true) return { kind: 'help' };
  if (values.version === true) return { kind: 'version' };
  const [command, ...rest] = positionals;
  if (command === 'chat') {
    if (rest.length > 0) throw new UsageError(`chat takes no "${rest[0]}".`);
    if (values.batch !== undefined) throw new UsageError('chat takes no --batch.');
    if (values.workspace === undefined) throw new UsageError('chat needs --workspace.');
    return { kind: 'chat', session: toSession(values) };
  }
  if (command === 'invoke') {
    if (values.batch !== undefined) {
      if (rest.length > 0) throw new UsageError(`--batch takes no function beside it, but got "${rest[0]}".`);
      return { kind: 'batch', source: values.batch, session: toSession(values) };
    }
    const [name, json = '{}', ...more] = rest;
    if (name === undefined) throw new UsageError('invoke needs the name of a function.');
    if (more.length > 0)
      throw new UsageError(`invoke takes one JSON value; quote it. Not expected: "${more[0]}".`);
    return { kind: 'invoke', name, json, session: toSession(values) };
  }
  throw new UsageError(command === undefined ? 'A command is missing.' : `There is no command "${command}".`);
}

type Values = ReturnType<typeof parse>['values'];

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function toSession(values: Values): Session {
  const workspace = values.workspace === undefined ? undefined : realFolder(values.workspace);
  const settings = Settings.safeParse({
    ollamaUrl: values.ollama,
    allowedHosts: values['allow-host'],
    model: values.model,
  });
  if (!settings.success) {
    const [issue] = settings.error.issues;
    throw new UsageError(`${issue?.path.join('.')}: ${issue?.message}`);
  }
  return {
    storageDir: storageOf(values.storage, workspace),
    // Whoever names a folder on the command line means it.
    caller: {
      host: 'cli',
      trusted: true,
      settings: settings.data,
      ...(workspace === undefined ? {} : { workspace }),
    },
    verbose: values.verbose === true,
  };
}

function storageOf(storage: string | undefined, workspace: string | undefined): string {
  if (storage === '') throw new UsageError('--storage needs a folder.');
  if (storage !== undefined) return path.resolve(storage);
  if (workspace === undefined) throw new UsageError('Either --storage or --workspace is needed.');
  return defaultStorageDir(workspace);
}

function realFolder(folder: string): string {
  try {
    const real = fs.realpathSync(folder);
    if (fs.statSync(real).isDirectory()) return real;
  } catch {
    // Said below.
  }
  throw new UsageError(`--workspace: "${folder}" is not a folder.`);
}
