import * as vscode from 'vscode';
import type { PanelResult } from '../../runtime/protocol/panel.ts';
import { type OpenFile, ProposalResult } from '../../runtime/types/coding.ts';
import { contentHash, type FileEdit, MAX_SOURCE } from '../../runtime/types/edit.ts';
import type { JsonValue } from '../../runtime/types/primitives.ts';
import type { Agent } from '../agent.ts';
import { isCode, pathOf } from '../attachments.ts';
import { fileInWorkspace } from '../editor/files.ts';
import { innerParts, looksSecret } from '../paths.ts';
import { commandLines } from './commandLines.ts';
import type { EditReviews } from './review.ts';

interface CodeBlock {
  code: string;
  language: string;
  before: string;
  path?: string | undefined;
}

/** Open documents that are carried along, for a code block to be recognised by. */
const MAX_OPEN = 30;
const MAX_OPEN_CHARACTERS = 2_000_000;

/** What the buttons of a code block do. */
export class CodeBlocks {
  private readonly agent: Pick<Agent, 'invoke'>;
  private readonly reviews: Pick<EditReviews, 'review'>;

  constructor(agent: Pick<Agent, 'invoke'>, reviews: Pick<EditReviews, 'review'>) {
    this.agent = agent;
    this.reviews = reviews;
  }

  /** Finds the file that a block is meant for, and shows what would change. Returns once it is shown. */
  async apply({ code, language, before, path }: CodeBlock): Promise<PanelResult<'editor/apply'>> {
    const input = { code, language, before, open: openFiles(), ...(path !== undefined && { path }) };
    const answer = await this.agent.invoke({ name: 'coding.propose', input: input as JsonValue });
    const result = ProposalResult.parse(answer);
    if (result.kind === 'unsure') return { outcome: 'unsure', candidates: result.candidates };
    if (result.kind === 'unchanged') {
      void vscode.window.showInformationMessage(`${result.path} has this code already.`);
      return { outcome: 'unchanged' };
    }
    this.show(result.edit);
    return { outcome: 'reviewing' };
  }

  async newFile({ code, language }: CodeBlock): Promise<PanelResult<'editor/newFile'>> {
    const path = await vscode.window.showInputBox({
      title: 'New File',
      prompt: 'Where in the workspace',
      value: suggestedName(language),
      validateInput: refusal,
    });
    if (!path) return { shown: false };
    this.show({
      path,
      baseHash: contentHash(''),
      newFile: true,
      hunks: [
        { id: '1', startLine: 1, endLine: 0, oldText: '', newText: code.endsWith('\n') ? code : `${code}\n` },
      ],
      notes: [],
    });
    return { shown: true };
  }

  private show(edit: FileEdit): void {
    const open = vscode.workspace.textDocuments.find(
      (document) => isCode(document) && pathOf(document) === edit.path,
    );
    const uri = open?.uri ?? fileInWorkspace(edit.path);
    if (!uri) {
      void vscode.window.showInformationMessage('Open a folder first: files are made there.');
      return;
    }
    void this.reviews.review(edit, uri);
  }
}

/** Puts a command where the person can read it and press Enter. Several lines would run by themselves but the last. */
export async function putIntoTerminal(code: string): Promise<void> {
  const lines = commandLines(code);
  const [first] = lines;
  const line =
    lines.length <= 1
      ? first
      : await vscode.window.showQuickPick(lines, {
          title: 'Put into Terminal',
          placeHolder: 'Which line; it is not run',
        });
  if (line === undefined) return;
  const terminal = vscode.window.activeTerminal ?? vscode.window.createTerminal();
  terminal.show();
  terminal.sendText(line, false);
}

function openFiles(): OpenFile[] {
  const active = vscode.window.activeTextEditor?.document;
  const files: OpenFile[] = [];
  let characters = 0;
  const documents = vscode.workspace.textDocuments.filter((document) => document !== active);
  for (const document of active ? [active, ...documents] : documents) {
    const path = pathOf(document);
    if (!isCode(document) || looksSecret(path)) continue;
    const text = document.getText();
    characters += text.length;
    if (text.length > MAX_SOURCE || characters > MAX_OPEN_CHARACTERS || files.length === MAX_OPEN) continue;
    files.push({ path, text, languageId: document.languageId, active: document === active });
  }
  return files;
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  javascript: 'js',
  js: 'js',
  typescript: 'ts',
  ts: 'ts',
  python: 'py',
  py: 'py',
  rust: 'rs',
  go: 'go',
  java: 'java',
  html: 'html',
  css: 'css',
  json: 'json',
  markdown: 'md',
  sh: 'sh',
  bash: 'sh',
};

function suggestedName(language: string): string {
  const extension = EXTENSIONS[language.toLowerCase()];
  return extension ? `untitled.${extension}` : 'untitled.txt';
}

function refusal(path: string): string | undefined {
  if (!innerParts(path)) return 'Enter a path inside the workspace, such as src/util.ts.';
  if (looksSecret(path)) return 'Zoey leaves files of secrets alone.';
  return undefined;
}
