import * as vscode from 'vscode';
import type { CodeSymbol } from '../../runtime/types/codeSymbol.ts';
import { type CodingTask, SYMBOLS_FOR } from '../../runtime/types/coding.ts';
import { pathOf, pathOfUri } from '../attachments.ts';
import { askService, enclosingSymbol, inTime } from '../editor/languageServices.ts';
import { linesOf } from '../editor/lines.ts';
import { looksSecret } from '../paths.ts';
import { chooseSymbols, signatureIn, type Use, usefulUses } from './symbolChoice.ts';

/** What one question of the language services may take, and all of them together, in milliseconds. */
const DEADLINE = 600;
const ALL = 1_200;
/** Names that are asked about, by kind of question; each is a request of its own. */
const MAX_NAMES = 24;
const MAX_TYPED = 10;
/** Symbols of which the uses are looked for, and files in which these are read. */
const MAX_USED = 3;
const MAX_FILES = 8;
/** Lines of a definition; lines before and after a use. */
const MAX_LINES = 40;
const AROUND = 1;
/** Characters of a line, and of what is shown of a name, that are looked at. */
const MAX_COLUMNS = 300;
const MAX_HOVER = 5_000;

/** What is asked about: some lines, and the name of which the uses matter where one is meant. */
export interface About {
  document: vscode.TextDocument;
  range: vscode.Range;
  name?: vscode.Position;
}

/**
 * What the editor's own language services know of what the lines name, as far as it helps the task: within a budget,
 * and within a deadline that a service which never answers can't hold up.
 */
export async function symbolsFor(task: CodingTask, about: About): Promise<CodeSymbol[]> {
  const found: CodeSymbol[] = [];
  const kinds = SYMBOLS_FOR[task] ?? [];
  const asked = kinds.map(async (kind) => {
    for await (const symbol of GATHER[kind](about)) found.push(symbol);
  });
  await inTime(Promise.allSettled(asked), ALL);
  return chooseSymbols(found, task);
}

const GATHER: Readonly<Record<CodeSymbol['kind'], (about: About) => AsyncIterable<CodeSymbol>>> = {
  definition: (about) => placesOf(about, 'definition', 'vscode.executeDefinitionProvider'),
  type: (about) => placesOf(about, 'type', 'vscode.executeTypeDefinitionProvider'),
  signature: signaturesOf,
  reference: usesOf,
};

type Place = vscode.Location | vscode.LocationLink;

/** Where the names of the lines come from, or their types: what is outside of the lines. */
async function* placesOf(
  about: About,
  kind: 'definition' | 'type',
  command: `vscode.execute${string}Provider`,
): AsyncIterable<CodeSymbol> {
  const { document, range } = about;
  const asked = namesIn(about, kind === 'type' ? MAX_TYPED : MAX_NAMES).map(async ({ name, at }) => {
    const [place] = (await askService<Place[]>(command, [document.uri, at], DEADLINE)) ?? [];
    return place && symbolAt(place, { kind, name });
  });
  for (const symbol of await settled(asked)) {
    const own = symbol.path === pathOf(document);
    const { startLine, endLine } = linesOf(range);
    if (!own || symbol.endLine < startLine || symbol.startLine > endLine) yield symbol;
  }
}

/** What the editor shows of the names when one points at them. */
async function* signaturesOf(about: About): AsyncIterable<CodeSymbol> {
  const { document } = about;
  const path = pathOf(document);
  const asked = namesIn(about, MAX_TYPED).map(async ({ name, at }): Promise<CodeSymbol | undefined> => {
    const hovers = await askService<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      [document.uri, at],
      DEADLINE,
    );
    const text = (hovers ?? [])
      .flatMap(({ contents }) => contents.map(markdownOf))
      .map((one) => signatureIn(one.slice(0, MAX_HOVER)));
    const signature = text.find((one) => one !== undefined);
    const line = at.line + 1;
    return signature === undefined
      ? undefined
      : { kind: 'signature', name, path, startLine: line, endLine: line, text: signature };
  });
  yield* await settled(asked);
}

/** How the editor's older providers mark code, too. */
function markdownOf(content: vscode.MarkdownString | vscode.MarkedString): string {
  if (typeof content === 'string') return content;
  return 'language' in content ? `\`\`\`${content.language}\n${content.value}\n\`\`\`` : content.value;
}

/** Where what the lines define is used elsewhere: a few lines each. */
async function* usesOf(about: About): AsyncIterable<CodeSymbol> {
  const { document, range } = about;
  const documents = new Map<string, vscode.TextDocument>();
  for (const { name, at } of await definedIn(about)) {
    const places = await askService<vscode.Location[]>(
      'vscode.executeReferenceProvider',
      [document.uri, at],
      DEADLINE,
    );
    const uses: Use[] = [];
    for (const { uri, range: where } of places ?? []) {
      const inside = uri.toString() === document.uri.toString() && range.contains(where.start);
      const known = documents.get(uri.toString());
      if (inside || !isReadable(uri) || (!known && documents.size === MAX_FILES)) continue;
      const read = known ?? (await vscode.workspace.openTextDocument(uri));
      documents.set(uri.toString(), read);
      uses.push({
        path: pathOf(read),
        line: where.start.line,
        text: read.lineAt(where.start.line).text.slice(0, MAX_COLUMNS),
      });
    }
    const byPath = new Map([...documents.values()].map((one) => [pathOf(one), one]));
    for (const { path, line } of usefulUses(uses, pathOf(document))) {
      const read = byPath.get(path);
      if (read)
        yield linesAt(read, { first: line - AROUND, last: line + AROUND }, { kind: 'reference', name });
    }
  }
}

interface Named {
  name: string;
  at: vscode.Position;
}

/** The name that is meant; else what the lines define; else what they are in. */
async function definedIn({ document, range, name }: About): Promise<Named[]> {
  if (name) return [{ name: document.getText(document.getWordRangeAtPosition(name)), at: name }];
  const outline =
    (await askService<vscode.DocumentSymbol[]>(
      'vscode.executeDocumentSymbolProvider',
      [document.uri],
      DEADLINE,
    )) ?? [];
  const within: vscode.DocumentSymbol[] = [];
  const open = [...outline];
  for (let symbol = open.shift(); symbol; symbol = open.shift()) {
    // What older providers give has no range of its name.
    if (!symbol.selectionRange) continue;
    if (range.contains(symbol.selectionRange)) within.push(symbol);
    else if (symbol.range.intersection(range)) open.push(...symbol.children);
  }
  const around = within.length > 0 ? within : [await enclosingSymbol(document, range.start)];
  return around
    .flatMap((symbol) => (symbol ? [{ name: symbol.name, at: symbol.selectionRange.start }] : []))
    .slice(0, MAX_USED);
}

/** Where names stand in the lines, the first occurrence of each. */
function namesIn({ document, range }: About, most: number): Named[] {
  const seen = new Map<string, vscode.Position>();
  const start = document.offsetAt(range.start);
  for (const { 0: name, index } of document.getText(range).matchAll(/[\p{L}_$][\p{L}\p{N}_$]{2,}/gu)) {
    if (!seen.has(name)) seen.set(name, document.positionAt(start + index));
    if (seen.size >= most) break;
  }
  return [...seen].map(([name, at]) => ({ name, at }));
}

/** The whole of what is defined at a place, or its first lines; undefined where it is no text of the workspace. */
async function symbolAt(
  place: Place,
  { kind, name }: Pick<CodeSymbol, 'kind' | 'name'>,
): Promise<CodeSymbol | undefined> {
  const uri = 'targetUri' in place ? place.targetUri : place.uri;
  const range = 'targetUri' in place ? place.targetRange : place.range;
  if (!isReadable(uri)) return undefined;
  const target = await vscode.workspace.openTextDocument(uri);
  const whole = (await enclosingSymbol(target, range.start))?.range ?? range;
  const last = Math.min(whole.end.line, whole.start.line + MAX_LINES - 1);
  return linesAt(target, { first: whole.start.line, last }, { kind, name });
}

/** Libraries are outside: what the model has to know of them, it knows. */
function isReadable(uri: vscode.Uri): boolean {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  return folder !== undefined && !uri.path.includes('/node_modules/') && !looksSecret(pathOfUri(uri));
}

function linesAt(
  document: vscode.TextDocument,
  { first, last }: { first: number; last: number },
  { kind, name }: Pick<CodeSymbol, 'kind' | 'name'>,
): CodeSymbol {
  const end = Math.min(last, document.lineCount - 1);
  const shown = new vscode.Range(Math.max(first, 0), 0, end, document.lineAt(end).text.length);
  const text = document.getText(shown).slice(0, 10_000);
  return { kind, name: name.slice(0, 500), path: pathOf(document), ...linesOf(shown), text };
}

/** What came of each; what failed can't be shown and is left out. */
async function settled<T>(work: readonly Promise<T | undefined>[]): Promise<T[]> {
  const results = await Promise.allSettled(work);
  return results.flatMap((one) => (one.status === 'fulfilled' && one.value !== undefined ? [one.value] : []));
}
