import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Caller, Settings } from '../../types/host.ts';
import { STORAGE_URL, storageAt } from '../storageUrl.ts';
import { defaultStorageDir } from './storageDir.ts';
import { UsageError } from './usage.ts';

/** What a command needs in order to join a memory. */
export interface Session {
  /** Where the memory is, or, beside a database, what else is kept. */
  storageDir: string;
  /** The address of the database that has the memory; it holds a password. */
  database?: string;
  caller: Caller;
  /** Absolute paths of the person's own: who answers, and a folder of plugins. */
  own: { character?: string; plugins?: string };
  verbose: boolean;
}

/** `json` and `source` may be "-" for standard input. */
export type Command =
  | { kind: 'help' }
  | { kind: 'version' }
  | { kind: 'invoke'; name: string; json: string; session: Session }
  | { kind: 'batch'; source: string; session: Session }
  | { kind: 'chat'; session: Session }
  /** Without `tokenFile`, a token in the storage folder is used. */
  | { kind: 'serve'; host: string; port: number; tokenFile?: string; session: Session }
  /** `from` and `to` are folders or addresses of databases. */
  | { kind: 'copy'; from: string; to: string; verbose: boolean }
  | { kind: 'functions'; format: 'markdown' | 'json' | 'openapi' };

const OPTIONS = {
  storage: { type: 'string' },
  workspace: { type: 'string' },
  ollama: { type: 'string' },
  'allow-host': { type: 'string', multiple: true },
  model: { type: 'string' },
  character: { type: 'string' },
  plugins: { type: 'string' },
  batch: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  host: { type: 'string' },
  port: { type: 'string' },
  'token-file': { type: 'string' },
  json: { type: 'boolean' },
  openapi: { type: 'boolean' },
  verbose: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

type Option = keyof typeof OPTIONS;

const SESSION_OPTIONS = [
  ...(['storage', 'workspace', 'ollama', 'allow-host', 'model', 'verbose'] as const),
  ...(['character', 'plugins'] as const),
] as const;

/** The options that each command takes, and what it makes of them and of the words beside them. */
const COMMANDS: Readonly<Record<string, { options: readonly Option[]; read: (line: Line) => Command }>> = {
  chat: { options: SESSION_OPTIONS, read: readChat },
  invoke: { options: [...SESSION_OPTIONS, 'batch'], read: readInvoke },
  serve: { options: [...SESSION_OPTIONS, 'host', 'port', 'token-file'], read: readServe },
  storage: { options: ['from', 'to', 'verbose'], read: readStorage },
  functions: { options: ['json', 'openapi'], read: readFunctions },
};

/** Reads a command line without the program's name. Throws UsageError. */
export function parseCommand(argv: readonly string[]): Command {
  const { values, positionals } = parse(argv);
  if (values.help === true) return { kind: 'help' };
  if (values.version === true) return { kind: 'version' };
  const [name, ...words] = positionals;
  if (name === undefined) throw new UsageError('A command is missing.');
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) throw new UsageError(`There is no command "${name}".`);
  const foreign = Object.keys(values).find((option) => !command.options.some((own) => own === option));
  if (foreign !== undefined) throw new UsageError(`${name} takes no --${foreign}.`);
  return command.read({ values, words });
}

interface Line {
  values: Values;
  words: readonly string[];
}

function readChat({ values, words }: Line): Command {
  noWords('chat', words);
  if (values.workspace === undefined) throw new UsageError('chat needs --workspace.');
  return { kind: 'chat', session: toSession(values, 'cli') };
}

function readInvoke({ values, words }: Line): Command {
  if (values.batch !== undefined) {
    if (words.length > 0) throw new UsageError(`--batch takes no function beside it, but got "${words[0]}".`);
    return { kind: 'batch', source: values.batch, session: toSession(values, 'cli') };
  }
  const [name, json = '{}', ...more] = words;
  if (name === undefined) throw new UsageError('invoke needs the name of a function.');
  if (more.length > 0)
    throw new UsageError(`invoke takes one JSON value; quote it. Not expected: "${more[0]}".`);
  return { kind: 'invoke', name, json, session: toSession(values, 'cli') };
}

function readServe({ values, words }: Line): Command {
  noWords('serve', words);
  const { host = '127.0.0.1', port = '0', 'token-file': tokenFile } = values;
  if (host === '') throw new UsageError('--host needs a name or an address.');
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new UsageError(`--port: "${port}" is no number from 0 to 65535.`);
  }
  return {
    kind: 'serve',
    host,
    port: Number(port),
    ...(tokenFile !== undefined && { tokenFile }),
    session: toSession(values, 'http'),
  };
}

function readStorage({ values, words }: Line): Command {
  const [task, word] = words;
  if (task !== 'copy') throw new UsageError('storage needs "copy".');
  noWords('storage copy', word === undefined ? [] : [word]);
  // One of the two may be named where other users of the machine cannot see it.
  const unsaid = process.env[STORAGE_URL];
  const from = values.from ?? (values.to === undefined ? undefined : unsaid);
  const to = values.to ?? (values.from === undefined ? undefined : unsaid);
  if (!from || !to) throw new UsageError('storage copy needs --from and --to.');
  return { kind: 'copy', from, to, verbose: values.verbose === true };
}

function readFunctions({ values, words }: Line): Command {
  noWords('functions', words);
  if (values.json && values.openapi) throw new UsageError('functions takes --json or --openapi, not both.');
  const other = values.openapi ? 'openapi' : 'markdown';
  return { kind: 'functions', format: values.json ? 'json' : other };
}

function noWords(command: string, [word]: readonly string[]): void {
  if (word !== undefined) throw new UsageError(`${command} takes no "${word}".`);
}

type Values = ReturnType<typeof parse>['values'];

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function toSession(values: Values, host: Caller['host']): Session {
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
    ...storageOf(values.storage, workspace),
    // Whoever names a folder on the command line means it.
    caller: {
      host,
      trusted: true,
      settings: settings.data,
      ...(workspace === undefined ? {} : { workspace }),
    },
    own: {
      ...(values.character !== undefined && { character: ownPath('character', values.character) }),
      ...(values.plugins !== undefined && { plugins: ownPath('plugins', values.plugins) }),
    },
    verbose: values.verbose === true,
  };
}

function ownPath(option: 'character' | 'plugins', given: string): string {
  if (given === '') throw new UsageError(`--${option} needs a path.`);
  return path.resolve(given);
}

function storageOf(
  storage: string | undefined,
  workspace: string | undefined,
): Pick<Session, 'storageDir' | 'database'> {
  if (storage === '') throw new UsageError('--storage needs a folder or the address of a database.');
  const place = storage ?? process.env[STORAGE_URL];
  const choice = place ? storageAt(place) : undefined;
  if (choice?.kind === 'postgres') {
    return { storageDir: defaultStorageDir(workspace ?? 'database'), database: choice.url };
  }
  if (storage !== undefined) return { storageDir: path.resolve(storage) };
  if (place) throw new UsageError(`${STORAGE_URL} is no address of a database.`);
  if (workspace === undefined) throw new UsageError('Either --storage or --workspace is needed.');
  return { storageDir: defaultStorageDir(workspace) };
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
