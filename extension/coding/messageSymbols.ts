import * as vscode from 'vscode';
import type { CodeSymbol } from '../../runtime/types/codeSymbol.ts';
import type { CodingTask } from '../../runtime/types/coding.ts';
import type { Attachment } from '../../runtime/types/memory.ts';
import { documentAt } from '../editor/files.ts';
import { looksSecret } from '../paths.ts';
import { symbolsFor } from './symbols.ts';

/** The chat's commands that the language services help with, by the word after the slash. */
const TASKS: ReadonlyMap<string, CodingTask> = new Map([
  ['explain', 'explain'],
  ['fix', 'fix'],
  ['edit', 'edit'],
  ['refactor', 'refactor'],
  ['tests', 'tests'],
  ['doc', 'document'],
]);

/**
 * What the language services know of the code that a command of the chat is about, as the actions of the palette are
 * given it; nothing where the message is no such command, or brings no place along.
 */
export async function symbolsOfMessage(
  text: string,
  attachments: readonly Attachment[],
): Promise<CodeSymbol[]> {
  const task = TASKS.get(/^\s*\/(\w+)/.exec(text)?.[1]?.toLowerCase() ?? '');
  const place = placeOf(attachments);
  if (!task || !place || looksSecret(place.path)) return [];
  const document = await documentAt(place.path);
  return document ? symbolsFor(task, { document, range: rangeOf(document, place, task) }) : [];
}

/** The place that the agent works on first: what the problem is at, what was selected, a file. */
function placeOf(attachments: readonly Attachment[]): Attachment | undefined {
  const given = attachments.filter(({ languageId }) => languageId !== 'diff');
  const place = given.find(({ kind }) => kind === 'selection') ?? given.find(({ kind }) => kind === 'file');
  const problems = given.filter(({ kind }) => kind === 'problems');
  const at = problems.find(({ path, startLine }) => startLine !== undefined && path === place?.path);
  return at ?? place ?? problems[0];
}

/** Whole lines; of a file that is to be mended, those of its first problem. */
function rangeOf(
  document: vscode.TextDocument,
  { startLine, endLine = startLine }: Attachment,
  task: CodingTask,
): vscode.Range {
  const [problem] =
    task === 'fix' && startLine === undefined ? vscode.languages.getDiagnostics(document.uri) : [];
  const first = problem?.range.start.line ?? (startLine ?? 1) - 1;
  const last = problem?.range.end.line ?? (endLine ?? document.lineCount) - 1;
  return document.validateRange(new vscode.Range(first, 0, last, Number.MAX_SAFE_INTEGER));
}
