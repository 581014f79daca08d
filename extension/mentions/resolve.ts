import * as vscode from 'vscode';
import type { PanelResult } from '../../runtime/protocol/panel.ts';
import type { Attachment } from '../../runtime/types/memory.ts';
import { pathOfUri, textOf } from '../attachments.ts';
import { documentAt, openDocument } from '../editor/files.ts';
import { enclosingSymbol } from '../editor/languageServices.ts';
import { currentDiff, DIFF_PATH, problemsOf } from '../editor/states.ts';
import { failure } from '../failures.ts';
import { looksSecret } from '../paths.ts';
import { tokensOfBytes } from './places.ts';

/** Commands that are about what changed, whether that was given along or not. */
const ABOUT_CHANGES = /^\s*\/(review|commit)\b/;

/**
 * The pieces of a message as they are now: what is unsaved, what changed, which problems there are.
 * @param text the message, or how it begins: one about the changes takes them along
 */
export async function resolveAttachments(
  text: string,
  attachments: readonly Attachment[],
): Promise<Attachment[]> {
  const resolved = await Promise.all(attachments.map(resolveAttachment));
  const given = attachments.some(({ kind, languageId }) => kind === 'diff' || languageId === 'diff');
  if (given || !ABOUT_CHANGES.test(text) || attachments.length === MAX_ATTACHED) return resolved;
  return [...resolved, (await currentDiff()) ?? noChanges()];
}

/** One piece as it is now. */
export async function resolveAttachment(attachment: Attachment): Promise<Attachment> {
  const { kind, path } = attachment;
  if (looksSecret(path)) {
    throw failure('invalid_input', `${path} looks like a file of secrets, so it is not read.`, {
      hint: 'Take it out of the message, or paste the lines that matter.',
    });
  }
  if (kind === 'diff' || path === DIFF_PATH) {
    return attachment.text === undefined
      ? ((await currentDiff()) ?? gone('There are no changes.'))
      : attachment;
  }
  // Those of certain lines are what the lightbulb stood at.
  if (kind === 'problems' && attachment.startLine !== undefined) return attachment;
  if (kind === 'problems') return problemsOf(path) ?? gone('There are no problems any more.');
  if (kind === 'file') return liveFile(attachment);
  if (kind === 'selection' && attachment.text === undefined) return liveLines(attachment);
  return attachment;
}

/** The contract's bound. */
const MAX_ATTACHED = 20;

function noChanges(): never {
  throw failure('invalid_input', 'There are no changes in this folder.', {
    hint: 'Save what you changed. New files count once they are staged.',
  });
}

function gone(message: string): never {
  throw failure('invalid_input', message, { hint: 'Take it out of the message, then send it again.' });
}

/** With the text of the editor where the agent would read another: unsaved, or of a further folder. */
function liveFile({ text, ...file }: Attachment): Attachment {
  const document = openDocument(file.path);
  if (!document) return text === undefined ? file : { ...file, text };
  const folder = vscode.workspace.getWorkspaceFolder(document.uri);
  const onDisk = !document.isDirty && folder?.index === 0;
  return { ...file, languageId: document.languageId, ...(!onDisk && textOf(document)) };
}

/** A symbol of which only the name's line is known is widened to what it defines. */
async function liveLines(piece: Attachment): Promise<Attachment> {
  const { startLine = 1, endLine = startLine } = piece;
  const nameAlone = startLine === endLine && piece.label !== undefined;
  const document = nameAlone ? await documentAt(piece.path) : openDocument(piece.path);
  if (!document) return piece;
  const symbol = nameAlone
    ? await enclosingSymbol(document, new vscode.Position(startLine - 1, 0))
    : undefined;
  const first = symbol?.range.start.line ?? startLine - 1;
  const last = Math.min(symbol?.range.end.line ?? endLine - 1, document.lineCount - 1);
  if (first > last) return piece;
  const range = new vscode.Range(first, 0, last, document.lineAt(last).text.length);
  const lines = { startLine: first + 1, endLine: last + 1, languageId: document.languageId };
  return { ...piece, ...lines, ...textOf(document, range) };
}

/** Files and folders of the workspace by their addresses; of the others, a word each. */
export async function attachDropped(uris: readonly string[]): Promise<PanelResult<'editor/dropped'>> {
  const attachments: Attachment[] = [];
  const refused: string[] = [];
  for (const address of uris) {
    const uri = here(vscode.Uri.parse(address));
    const name = uri.path.split('/').pop() || address;
    const path = pathOfUri(uri);
    const stat = await vscode.workspace.fs.stat(uri).then(
      (found) => found,
      () => undefined,
    );
    if (!vscode.workspace.getWorkspaceFolder(uri)) refused.push(`${name} is outside this workspace.`);
    else if (looksSecret(path)) refused.push(`${name} looks like a file of secrets, so it is not read.`);
    else if (!stat) refused.push(`${name} can't be read.`);
    else if ((stat.type & vscode.FileType.Directory) !== 0) attachments.push({ kind: 'folder', path });
    else attachments.push({ kind: 'file', path, tokens: tokensOfBytes(stat.size) });
  }
  return { attachments, refused };
}

/** The window names the files of a remote machine by that machine; to who runs there, they are files. */
function here(uri: vscode.Uri): vscode.Uri {
  return uri.scheme === 'vscode-remote' ? uri.with({ scheme: 'file', authority: '' }) : uri;
}
