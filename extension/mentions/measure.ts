import * as vscode from 'vscode';
import type { Attachment } from '../../runtime/types/memory.ts';
import { pathOfUri } from '../attachments.ts';
import { existingFile, fileInWorkspace, LEFT_OUT } from '../editor/files.ts';
import { tokensOfBytes } from './places.ts';
import { resolveAttachment } from './resolve.ts';

/** Files of a folder that are looked at, and those that the agent lists by their names. */
const MAX_COUNTED = 5_000;
const MAX_LISTED = 300;

/** About how many tokens each piece takes as it is now; null where that can't be told. */
export function measureAttachments(attachments: readonly Attachment[]): Promise<(number | null)[]> {
  return Promise.all(attachments.map((one) => measure(one).catch(() => null)));
}

async function measure(attachment: Attachment): Promise<number | null> {
  const { kind, path, text, startLine = 1, endLine = startLine } = await resolveAttachment(attachment);
  if (text !== undefined) return tokensOfBytes(text.length);
  if (kind === 'folder') return tokensOfBytes(await lengthOfList(path));
  const uri = kind === 'file' || kind === 'selection' ? await existingFile(path) : undefined;
  if (!uri) return null;
  if (kind === 'file') return tokensOfBytes((await vscode.workspace.fs.stat(uri)).size);
  const whole = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  return tokensOfBytes(
    whole
      .split('\n')
      .slice(startLine - 1, endLine)
      .join('\n').length,
  );
}

/** Of a folder, the agent gives the names of its files. */
async function lengthOfList(path: string): Promise<number> {
  const [first] = vscode.workspace.workspaceFolders ?? [];
  const folder = path === '.' ? first?.uri : fileInWorkspace(path);
  if (!folder) return 0;
  const files = await vscode.workspace.findFiles(
    new vscode.RelativePattern(folder, '**'),
    LEFT_OUT,
    MAX_COUNTED,
  );
  return files.slice(0, MAX_LISTED).map(pathOfUri).join('\n').length;
}
