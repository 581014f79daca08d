import path from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Connection,
  TextDocumentSyncKind,
  type TextDocumentSyncOptions,
} from 'vscode-languageserver/node';
import { MAX_SOURCE } from '../../types/edit.ts';
import { applyChanges } from './textChanges.ts';

/** A document as the editor has it now. */
export interface LiveDocument {
  uri: string;
  version: number;
  languageId: string;
  text: string;
}

/** Documents that are kept, and characters of all of them; of more, those changed or opened last. */
const MAX_OPEN = 200;
const MAX_CHARACTERS = 32 * MAX_SOURCE;

/** What the editor has open, kept up to date by its own word. */
export class Documents {
  static readonly sync: TextDocumentSyncOptions = {
    openClose: true,
    change: TextDocumentSyncKind.Incremental,
  };

  readonly #open = new Map<string, LiveDocument>();
  /** By the absolute path of their file. */
  readonly #uris = new Map<string, string>();
  #characters = 0;

  /** @param onShown another text of a document is shown, or none any more */
  listen(connection: Connection, onShown: (uri: string) => void): void {
    connection.onDidOpenTextDocument(({ textDocument }) => {
      this.#keep(textDocument);
      onShown(textDocument.uri);
    });
    connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
      const known = this.#open.get(uri);
      if (known) this.#keep({ ...known, version, text: applyChanges(known.text, contentChanges) });
      onShown(uri);
    });
    connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
      this.#drop(uri);
      onShown(uri);
    });
  }

  get(uri: string): LiveDocument | undefined {
    return this.#open.get(uri);
  }

  /** What an open document says of a file, saved or not, by its absolute path. */
  textOf(absolute: string): string | undefined {
    const uri = this.#uris.get(absolute);
    return uri === undefined ? undefined : this.#open.get(uri)?.text;
  }

  #keep({ uri, version, languageId, text }: LiveDocument): void {
    this.#drop(uri);
    if (text.length > MAX_SOURCE) return;
    this.#open.set(uri, { uri, version, languageId, text });
    this.#characters += text.length;
    const file = fileOf(uri);
    if (file !== undefined) this.#uris.set(file, uri);
    for (const oldest of this.#open.keys()) {
      if (this.#open.size <= MAX_OPEN && this.#characters <= MAX_CHARACTERS) break;
      this.#drop(oldest);
    }
  }

  #drop(uri: string): void {
    this.#characters -= this.#open.get(uri)?.text.length ?? 0;
    this.#open.delete(uri);
    const file = fileOf(uri);
    if (file !== undefined) this.#uris.delete(file);
  }
}

/** A document's path as functions take it: relative to the folder where it is inside. */
export function pathOf(uri: string, folder: string | undefined): string {
  const file = fileOf(uri);
  if (file === undefined) return decodeURIComponent(uri).slice(0, 4096);
  if (folder === undefined) return file;
  const relative = path.relative(folder, file).split(path.sep).join('/');
  return relative.startsWith('..') || path.isAbsolute(relative) ? file : relative;
}

/** Undefined where it is no file of this machine. */
function fileOf(uri: string): string | undefined {
  if (!uri.startsWith('file:')) return undefined;
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined;
  }
}
