import * as vscode from 'vscode';
import type { CodeSymbol } from '../../runtime/types/codeSymbol.ts';
import type { Attachment } from '../../runtime/types/memory.ts';
import { Text } from '../../runtime/types/primitives.ts';
import { problemText } from '../../runtime/types/problems.ts';
import { isCode, pathOf, textOf } from '../attachments.ts';
import { asCodeDiagnostic } from '../editor/diagnostics.ts';
import { linesOf, wholeLines } from '../editor/lines.ts';
import { terminalSelection } from '../editor/states.ts';
import { looksSecret } from '../paths.ts';
import type { LightbulbTarget } from './changes.ts';
import { symbolsFor } from './symbols.ts';

/** Puts a question into the chat; sends it at once where `send`. */
export type Ask = (question: { text: string; attachments?: Attachment[]; send: boolean }) => Promise<void>;

/** Longest trace that is taken from the terminal or the clipboard, in characters. */
const MAX_TRACE = 20_000;

/** An answer with the places that it rests on. */
export async function findInWorkspace(ask: Ask): Promise<void> {
  const question = await vscode.window.showInputBox({
    title: 'Find in Workspace',
    prompt: 'What are you looking for?',
    placeHolder: 'where requests are retried',
  });
  if (question?.trim()) await ask({ text: `/find ${question}`, send: true });
}

/** Explains a whole file: the one that was clicked, or else that of the active editor. */
export function explainFile(ask: Ask, uri?: vscode.Uri): Promise<void> {
  return askAboutWhole(ask, '/explain', uri);
}

/** Of the file or folder that was clicked, or else of the active editor. */
export function summarise(ask: Ask, uri?: vscode.Uri): Promise<void> {
  return askAboutWhole(ask, '/summarise', uri);
}

async function askAboutWhole(ask: Ask, text: string, uri: vscode.Uri | undefined): Promise<void> {
  const active = vscode.window.activeTextEditor?.document;
  const which = uri ?? (active && isCode(active) ? active.uri : undefined);
  if (!which) {
    void vscode.window.showInformationMessage('Open a file first, or choose one in the explorer.');
    return;
  }
  const path = placeOf(which);
  if (looksSecret(path)) {
    void vscode.window.showWarningMessage(
      `${path} looks like a file of secrets. Zoey leaves such files alone.`,
    );
    return;
  }
  const { type } = await vscode.workspace.fs.stat(which);
  const folder = (type & vscode.FileType.Directory) !== 0;
  await ask({ text, attachments: [{ kind: folder ? 'folder' : 'file', path }], send: true });
}

/** As the agent names it: relative to the first folder; in another, that folder's name goes before. */
function placeOf(uri: vscode.Uri): string {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  if (folder?.uri.toString() === uri.toString()) return folder.index === 0 ? '.' : folder.name;
  return vscode.workspace.asRelativePath(uri, (folder?.index ?? 0) > 0).replaceAll('\\', '/');
}

/** Explains what is selected in the terminal. */
export async function explainTerminal(ask: Ask): Promise<void> {
  const selected = await terminalSelection();
  await askAboutTrace(ask, { trace: selected?.text ?? '', send: true });
}

/** Explains what the clipboard holds, which is shown before it is sent. */
export async function explainTrace(ask: Ask): Promise<void> {
  await askAboutTrace(ask, { trace: await vscode.env.clipboard.readText(), send: false });
}

async function askAboutTrace(ask: Ask, { trace, send }: { trace: string; send: boolean }): Promise<void> {
  const text = trace.trim().slice(0, MAX_TRACE);
  if (text === '') {
    void vscode.window.showInformationMessage(
      'Copy the error, or select it in the terminal, then try again.',
    );
    return;
  }
  await ask({ text: `/trace ${text}`, send });
}

/** Lines around a problem that are shown. */
const AROUND = 15;

/** Explains the problem that the lightbulb stands at. What its names are is asked for by the command, as it is sent. */
export async function explainProblem(ask: Ask, { uri, range, diagnostics }: LightbulbTarget): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  const path = pathOf(document);
  const first = Math.max(range.start.line - AROUND, 0);
  const last = Math.min(range.end.line + AROUND, document.lineCount - 1);
  const lines = new vscode.Range(first, 0, last, document.lineAt(last).text.length);
  const told = diagnostics.map((one) => problemText({ path, ...asCodeDiagnostic(one) }));
  const said = diagnostics.map(({ message }) => `> ${message.replaceAll('\n', '\n> ')}`).join('\n>\n');
  await ask({
    text: `/explain the error in line ${range.start.line + 1} of ${path}:\n\n${said}`,
    attachments: [
      {
        kind: 'selection',
        path,
        languageId: document.languageId,
        ...linesOf(lines),
        ...textOf(document, lines),
      },
      {
        kind: 'problems',
        path,
        ...linesOf(range),
        label: told.length === 1 ? 'The problem' : `${told.length} problems`,
        text: told.join('\n'),
      },
    ],
    send: true,
  });
}

/** Places that are attached: what the chat shows stays readable. */
const MAX_PLACES = 3;

/** Where the names in these lines are defined, as the editor's language services know it. */
export async function definitionsFor(
  document: vscode.TextDocument,
  range: vscode.Range,
): Promise<Attachment[]> {
  const symbols = await symbolsFor('explain', { document, range: wholeLines(document, range) });
  return symbols
    .filter(({ kind }) => kind === 'definition' || kind === 'type')
    .slice(0, MAX_PLACES)
    .map(asAttachment);
}

function asAttachment({ name, path, startLine, endLine, text }: CodeSymbol): Attachment {
  const label = `definition of ${name}`.slice(0, 200);
  // What a message may not carry is read from the file.
  const shown = Text.safeParse(text).success ? { text } : {};
  return { kind: 'selection', path, startLine, endLine, label, ...shown };
}
