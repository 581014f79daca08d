import * as vscode from 'vscode';
import type { Mention } from '../../runtime/protocol/panel.ts';
import { isCode, pathOf, pathOfUri } from '../attachments.ts';
import { LEFT_OUT } from '../editor/files.ts';
import { askService } from '../editor/languageServices.ts';
import { looksSecret } from '../paths.ts';
import { globOf, ranked } from './fuzzy.ts';

/** How many are offered, and how many the search may find for them to be chosen from. */
const OFFERED = 20;
const SEARCHED = 400;
/** How long the language services may take, in milliseconds. */
const DEADLINE = 1500;

/** Files by name; without a query, those that are open. */
export async function findFiles(query: string): Promise<Mention[]> {
  const found = query.trim() === '' ? openFiles() : await search(globOf(query));
  const files = new Map(found.map((uri) => [pathOfUri(uri), uri]));
  const paths = [...files].filter(([path]) => !looksSecret(path));
  const best = query.trim() === '' ? paths.slice(0, OFFERED) : rankedPaths(query, paths);
  return Promise.all(best.map(([path, uri]) => fileMention(path, uri)));
}

/** A file with the size that it has. */
async function fileMention(path: string, uri: vscode.Uri): Promise<Mention> {
  const { label, detail } = named(path);
  const size = await vscode.workspace.fs.stat(uri).then(
    (stat) => stat.size,
    () => undefined,
  );
  const tokens = size === undefined ? {} : { tokens: tokensOfBytes(size) };
  return { label, detail, attachment: { kind: 'file', path, ...tokens } };
}

/** Four bytes a token, as the panel counts. */
export function tokensOfBytes(size: number): number {
  return Math.ceil(size / 4);
}

function openFiles(): vscode.Uri[] {
  const active = vscode.window.activeTextEditor?.document;
  const others = vscode.workspace.textDocuments.filter((document) => document !== active);
  return (active ? [active, ...others] : others)
    .filter((document) => isCode(document) && vscode.workspace.getWorkspaceFolder(document.uri))
    .map(({ uri }) => uri);
}

/** Folders by name; without a query, those at the top. */
export async function findFolders(query: string): Promise<Mention[]> {
  const paths = query.trim() === '' ? await topFolders() : foldersOf(await search(`${globOf(query)}/**`));
  const best = rankedPaths(
    query,
    paths.filter((path) => !looksSecret(`${path}/x`)).map((path) => [path, path] as const),
  );
  return best.map(([path]) => ({ ...named(path), attachment: { kind: 'folder', path } }));
}

async function topFolders(): Promise<string[]> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (!folder) return [];
  const entries = await vscode.workspace.fs.readDirectory(folder.uri);
  return entries
    .filter(([name, type]) => (type & vscode.FileType.Directory) !== 0 && !/^(\.|node_modules$)/.test(name))
    .map(([name]) => name)
    .sort();
}

/** Every folder that stands in the path of a file. */
function foldersOf(files: readonly vscode.Uri[]): string[] {
  const folders = new Set<string>();
  for (const uri of files) {
    const parts = pathOfUri(uri).split('/');
    for (let length = parts.length - 1; length > 0; length--) folders.add(parts.slice(0, length).join('/'));
  }
  return [...folders];
}

/** Symbols of the workspace by name; without a query, those of the open file. */
export async function findSymbols(query: string): Promise<Mention[]> {
  const document = vscode.window.activeTextEditor?.document;
  if (query.trim() !== '') {
    const found = await askService<vscode.SymbolInformation[]>(
      'vscode.executeWorkspaceSymbolProvider',
      [query],
      DEADLINE,
    );
    const inside = (found ?? []).filter(({ location }) => vscode.workspace.getWorkspaceFolder(location.uri));
    return ranked(query, inside, { path: ({ name }) => name, limit: OFFERED }).flatMap(
      ({ name, location: { uri, range } }) => symbolMention(name, pathOfUri(uri), range),
    );
  }
  if (!document || !isCode(document)) return [];
  const found = await askService<vscode.DocumentSymbol[]>(
    'vscode.executeDocumentSymbolProvider',
    [document.uri],
    DEADLINE,
  );
  return (found ?? [])
    .flatMap((symbol) => [symbol, ...(symbol.children ?? [])])
    .slice(0, OFFERED)
    .flatMap(({ name, range }) => symbolMention(name, pathOf(document), range));
}

function symbolMention(name: string, path: string, range: vscode.Range | undefined): Mention[] {
  if (!range || looksSecret(path)) return [];
  const lines = { startLine: range.start.line + 1, endLine: range.end.line + 1 };
  const label = name.slice(0, 200);
  return [
    { label, detail: `${path}:${lines.startLine}`, attachment: { kind: 'selection', path, ...lines, label } },
  ];
}

async function search(glob: string): Promise<vscode.Uri[]> {
  return vscode.workspace.findFiles(glob, LEFT_OUT, SEARCHED);
}

function rankedPaths<T>(query: string, paths: readonly (readonly [string, T])[]) {
  return ranked(query, paths, { path: ([path]) => path, limit: OFFERED });
}

/** "client.ts" in "src/net". */
function named(path: string): { label: string; detail: string } {
  const end = path.lastIndexOf('/');
  return { label: path.slice(end + 1), detail: path.slice(0, Math.max(0, end)) };
}
