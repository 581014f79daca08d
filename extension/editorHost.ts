import * as vscode from 'vscode';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import type { z } from 'zod';
import {
  type PanelRequest,
  type PanelRequests,
  type PanelResult,
  panelRequests,
} from '../runtime/protocol/panel.ts';
import type { Settings } from '../runtime/types/host.ts';
import { allowHost } from './allowHost.ts';
import { type CodeBlocks, putIntoTerminal } from './coding/codeBlocks.ts';
import { symbolsOfMessage } from './coding/messageSymbols.ts';
import { openSettings } from './configuration.ts';
import { existingFile } from './editor/files.ts';
import { asFailure, failure } from './failures.ts';
import { attachDropped, findMentions, measureAttachments, resolveAttachments } from './mentions/index.ts';

type PanelInput<R extends PanelRequest> = z.output<PanelRequests[R]['params']>;

/** Answers one request of the panel. Its parameters have been checked. */
type PanelHandler<R extends PanelRequest> = (params: PanelInput<R>) => Promise<PanelResult<R>>;

export type PanelHandlers = { [R in PanelRequest]: PanelHandler<R> };

interface EditorHostOptions {
  codeBlocks: Pick<CodeBlocks, 'apply' | 'newFile'>;
  settings(): Settings;
  /** Where the agent looks for Ollama, as a whole address. */
  modelAddress(): Promise<string>;
  showLedger(): Promise<void>;
  showLog(): void;
}

/** The same table, in a shape in which method and parameters stay together. */
const schemas: { [R in PanelRequest]: { params: z.ZodType<PanelInput<R>> } } = panelRequests;

/** The only pages that a button of the panel opens. */
const PAGES = { ollama: 'https://ollama.com/download', models: 'https://ollama.com/library' } as const;

/** What the panel may ask of the editor, each no more than its name says. */
export function createEditorHost(options: EditorHostOptions): Omit<PanelHandlers, 'panel/ready'> {
  return {
    'editor/open': openFile,
    'editor/insert': insertText,
    'editor/apply': (block) => options.codeBlocks.apply(block),
    'editor/newFile': (block) => options.codeBlocks.newFile(block),
    'editor/terminal': async ({ code }) => {
      await putIntoTerminal(code);
      return {};
    },
    'editor/mentions': ({ kind, query }) => findMentions(kind, query),
    'editor/resolve': resolveMessage,
    'editor/measure': async ({ attachments }) => ({ tokens: await measureAttachments(attachments) }),
    'editor/dropped': ({ uris }) => attachDropped(uris),
    'editor/copy': async ({ text }) => {
      await vscode.env.clipboard.writeText(text);
      return {};
    },
    'editor/link': async ({ page }) => {
      await vscode.env.openExternal(vscode.Uri.parse(PAGES[page]));
      return {};
    },
    'editor/browse': async ({ url }) => {
      const { protocol } = new URL(url);
      if (protocol !== 'https:' && protocol !== 'http:') {
        throw failure('invalid_input', 'Only web addresses are opened.', { hint: 'Copy the link instead.' });
      }
      await vscode.env.openExternal(vscode.Uri.parse(url, true));
      return {};
    },
    'editor/startOllama': async () => {
      startOllama();
      return {};
    },
    'editor/settings': async ({ key }) => {
      await openSettings(/^zoey(\.\w+)+$/.test(key) ? key : '@ext:zoeyos.zoey');
      return {};
    },
    'editor/allowHost': async () => {
      const address = await options.modelAddress();
      return { allowed: await allowHost(address, options.settings().allowedHosts) };
    },
    'editor/manageTrust': async () => {
      await vscode.commands.executeCommand('workbench.trust.manage');
      return {};
    },
    'editor/showLedger': async () => {
      await options.showLedger();
      return {};
    },
    'editor/showLog': async () => {
      options.showLog();
      return {};
    },
  };
}

/** Lets a page reach the handlers. What it sends is checked here, and nowhere after. */
export function servePanel(page: MessageConnection, handlers: PanelHandlers): void {
  for (const method of Object.keys(panelRequests) as PanelRequest[]) serveRequest(page, method, handlers);
}

function serveRequest<R extends PanelRequest>(page: MessageConnection, method: R, handlers: PanelHandlers) {
  const handler: PanelHandler<R> = handlers[method];
  const schema = schemas[method].params;
  page.onRequest(method, async (raw: unknown) => {
    const params = schema.safeParse(raw);
    if (!params.success) {
      throw failure('invalid_input', `The panel sent a ${method} that is not understood.`, {
        hint: 'Reload the window, then try again.',
      });
    }
    return handler(params.data).catch((error: unknown) => Promise.reject(asFailure(error)));
  });
}

/** Runs the server where the person sees it and can end it. A second time shows the first. */
export function startOllama(): void {
  const name = 'Ollama';
  const running = vscode.window.terminals.find((t) => t.name === name && t.exitStatus === undefined);
  const terminal =
    running ?? vscode.window.createTerminal({ name, iconPath: new vscode.ThemeIcon('server') });
  if (!running) terminal.sendText('ollama serve');
  terminal.show(true);
}

async function resolveMessage({ text, attachments }: PanelInput<'editor/resolve'>) {
  const [resolved, symbols] = await Promise.all([
    resolveAttachments(text, attachments),
    symbolsOfMessage(text, attachments),
  ]);
  return { attachments: resolved, symbols };
}

async function openFile({ path, line, endLine }: PanelInput<'editor/open'>) {
  const uri = await existingFile(path);
  if (!uri) {
    void vscode.window.showInformationMessage(`${path} is not in this workspace any more.`);
    return { opened: false };
  }
  const document = await vscode.workspace.openTextDocument(uri);
  const first = Math.min(Math.max((line ?? 1) - 1, 0), document.lineCount - 1);
  const last = Math.min(Math.max((endLine ?? line ?? 1) - 1, first), document.lineCount - 1);
  const range = new vscode.Range(first, 0, last, document.lineAt(last).text.length);
  const editor = await vscode.window.showTextDocument(document, { preview: true });
  if (line === undefined) return { opened: true };
  editor.selection = new vscode.Selection(range.start, range.end);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  return { opened: true };
}

/** Inserts at the cursor; what is selected stays. One undo takes it back. */
async function insertText({ text }: PanelInput<'editor/insert'>) {
  const editor = vscode.window.activeTextEditor;
  if (!editor) {
    void vscode.window.showInformationMessage('Open a file and put the cursor where the code should go.');
    return { inserted: false };
  }
  const { document } = editor;
  const before = document.version;
  const insert = () => editor.edit((edit) => edit.insert(editor.selection.active, text));
  // The editor refuses where the document changed at the same moment.
  const taken = (await insert()) || (await insert());
  // VS Code reports success for a read-only editor too, and changes nothing.
  const inserted = taken && document.version !== before;
  if (inserted) await vscode.window.showTextDocument(document, editor.viewColumn);
  else {
    const why = taken
      ? 'is read-only. Open the file itself first.'
      : 'changed at the same moment. Try again.';
    void vscode.window.showInformationMessage(`This editor ${why}`);
  }
  return { inserted };
}
