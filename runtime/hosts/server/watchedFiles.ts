import { fileURLToPath } from 'node:url';
import { type Connection, DidChangeWatchedFilesNotification } from 'vscode-languageserver/node';
import { ZoeyError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import type { FunctionName } from '../../protocol/contract.ts';
import type { Invoke } from '../../protocol/rpc.ts';
import type { Caller } from '../../types/host.ts';

/** How long changes are gathered, in ms: a saved file should be found within half a second. */
const GATHER_MS = 50;
/** How long after the last key what was typed is taken in, in ms. */
const TYPING_MS = 300;
/** More than these are a change of branch: then all is looked at. */
const MAX_PATHS = 200;

/** Tells the index which files the editor saw change, or shows changed, once somebody has asked for an index. */
export class WatchedFiles {
  readonly #invoke: Invoke;
  readonly #log: Log;
  #caller: Caller | undefined;
  #paths = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  readonly #shown = new Set<string>();
  #typing: NodeJS.Timeout | undefined;

  constructor(invoke: Invoke, log: Log) {
    this.#invoke = invoke;
    this.#log = log;
  }

  /** Who asks for an index gives it its folders and settings. */
  note(name: FunctionName, caller: Caller): void {
    if (name === 'workspace.index') this.#caller = caller;
  }

  /** Listens to an editor; where that can watch by itself, it is asked to. */
  follow(connection: Connection, canWatch: boolean): void {
    connection.onDidChangeWatchedFiles(({ changes }) => this.#gather(changes.map(({ uri }) => uri)));
    if (!canWatch) return;
    connection.onInitialized(() => {
      const watchers = { watchers: [{ globPattern: '**/*' }] };
      connection.client.register(DidChangeWatchedFilesNotification.type, watchers).catch((error: unknown) => {
        this.#log.warn(`The editor watches no files: ${ZoeyError.from(error).message}`);
      });
    });
  }

  /** An editor shows another text of a document than before, saved or not. */
  shown(uri: string): void {
    if (!this.#caller || !uri.startsWith('file:')) return;
    this.#shown.add(uri);
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => {
      this.#gather([...this.#shown]);
      this.#shown.clear();
    }, TYPING_MS).unref();
  }

  #gather(uris: readonly string[]): void {
    if (!this.#caller) return;
    for (const uri of uris) if (uri.startsWith('file:')) this.#paths.add(fileURLToPath(uri));
    if (this.#paths.size > 0) this.#timer ??= setTimeout(() => void this.#tell(), GATHER_MS).unref();
  }

  async #tell(): Promise<void> {
    const paths = [...this.#paths];
    const caller = this.#caller;
    this.#paths = new Set();
    this.#timer = undefined;
    if (!caller?.trusted) return;
    const input = paths.length > MAX_PATHS ? {} : { paths };
    try {
      const progress = this.#invoke('workspace.index', input, {
        caller,
        signal: new AbortController().signal,
      });
      // It goes on by itself: how far it is interests nobody here.
      await progress.next();
      await progress.return(undefined);
    } catch (error) {
      this.#log.warn(`Changes of files were not taken in: ${ZoeyError.from(error).message}`);
    }
  }
}
