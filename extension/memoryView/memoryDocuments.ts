import * as vscode from 'vscode';
import type { MemoryItem } from '../../runtime/protocol/schemas.ts';
import { wireOf, wordsOf } from '../failures.ts';
import type { Memories } from './memories.ts';

const SCHEME = 'zoey-memory';
const MAX_NAME = 40;

/** Shows a memory in an editor. */
export async function openMemory({ id, text }: Pick<MemoryItem, 'id' | 'text'>): Promise<void> {
  const words = text.replaceAll(/[^\p{L}\p{N}]+/gu, ' ').trim();
  const name = words.slice(0, MAX_NAME).trim() || 'memory';
  const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${id}/${name}.md` });
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
}

/**
 * Memories as documents of the editor: saving one changes the memory. Nothing of it is written elsewhere, but what is
 * typed and not saved, which the editor keeps as of any file.
 */
export class MemoryDocuments implements vscode.FileSystemProvider, vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.changes.event;
  private readonly memories: Pick<Memories, 'get' | 'update'>;
  private readonly registration: vscode.Disposable;

  constructor(memories: Pick<Memories, 'get' | 'update'>) {
    this.memories = memories;
    this.registration = vscode.workspace.registerFileSystemProvider(SCHEME, this, { isCaseSensitive: true });
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { createdAt, text } = await this.find(uri);
    const size = Buffer.byteLength(text);
    return { type: vscode.FileType.File, ctime: createdAt, mtime: createdAt, size };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return Buffer.from((await this.find(uri)).text);
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    try {
      await this.memories.update(idOf(uri), Buffer.from(content).toString());
    } catch (error) {
      throw asFileError(error, uri);
    }
    this.changes.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => {});
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  dispose(): void {
    this.registration.dispose();
    this.changes.dispose();
  }

  private async find(uri: vscode.Uri): Promise<MemoryItem> {
    try {
      return await this.memories.get(idOf(uri));
    } catch (error) {
      throw asFileError(error, uri);
    }
  }
}

function idOf(uri: vscode.Uri): string {
  return uri.path.split('/')[1] ?? '';
}

function asFileError(error: unknown, uri: vscode.Uri): vscode.FileSystemError {
  if (wireOf(error).code === 'not_found') return vscode.FileSystemError.FileNotFound(uri);
  return vscode.FileSystemError.Unavailable(wordsOf(error));
}
