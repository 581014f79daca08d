import { fileURLToPath } from 'node:url';
import type {
  CancellationToken,
  Connection,
  InitializeParams,
  ServerCapabilities,
} from 'vscode-languageserver/node';
import * as z from 'zod';
import { ZoeyError } from '../../../kernel/errors.ts';
import type { Chunk, FunctionName, Input, Output } from '../../../protocol/contract.ts';
import type { Invoke } from '../../../protocol/rpc.ts';
import type { CodeTarget } from '../../../types/coding.ts';
import { type FileEdit, sourceLines } from '../../../types/edit.ts';
import { type Caller, Settings } from '../../../types/host.ts';
import { controllerFor } from '../../cancellation.ts';
import { toResponseError } from '../../failure.ts';
import { type Documents, type LiveDocument, pathOf } from '../documents.ts';
import { offsetAt } from '../textChanges.ts';
import { COMMANDS, type Command, CommandTarget, codeActionsAt, KINDS } from './codeActions.ts';
import { toCodeDiagnostics } from './diagnostics.ts';
import { toWorkspaceEdit } from './workspaceEdit.ts';

/** What an editor without an extension of ours says at `initialize`, to be offered code actions. */
export const Offers = z.object({
  settings: Settings.prefault({}),
  /** False in a workspace that the person has not trusted. */
  trusted: z.boolean().default(true),
});

interface OfferOptions {
  invoke: Invoke;
  /** What the editor has open. */
  documents: Documents;
  offers: z.infer<typeof Offers>;
  params: InitializeParams;
}

/** What is shown of a text in a message of the editor. */
const MAX_SHOWN = 4_000;
const APPLY = 'Apply';
const TITLES: Record<Command, string> = {
  fix: 'Fix with Zoey',
  explain: 'Explain error with Zoey',
  refactor: 'Refactor with Zoey',
  document: 'Document with Zoey',
  tests: 'Write tests with Zoey',
};

/**
 * Code actions and inline completion by the protocol alone, for editors without an extension of ours. What would
 * change is shown by the editor, or asked about in a message, before it is applied.
 */
export function offerCode(connection: Connection, options: OfferOptions): ServerCapabilities {
  return new Offer(connection, options).listen();
}

class Offer {
  readonly #connection: Connection;
  readonly #invoke: Invoke;
  readonly #caller: Caller;
  /** The editor itself shows what is marked so, and asks. */
  readonly #asksItself: boolean;
  readonly #documents: Documents;

  constructor(connection: Connection, { invoke, documents, offers, params }: OfferOptions) {
    const folder = folderOf(params);
    this.#connection = connection;
    this.#invoke = invoke;
    this.#documents = documents;
    this.#caller = { host: 'stdio', ...offers, ...(folder !== undefined && { workspace: folder }) };
    this.#asksItself = params.capabilities.workspace?.workspaceEdit?.changeAnnotationSupport !== undefined;
  }

  listen(): ServerCapabilities {
    const connection = this.#connection;
    connection.onCodeAction((params) => codeActionsAt(params));
    connection.onExecuteCommand(({ command, arguments: [given] = [] }, token) =>
      this.#answered(() => this.#execute(command, given, token)),
    );
    connection.languages.inlineCompletion.on(({ textDocument, position }, token) =>
      this.#answered(() => this.#complete(textDocument.uri, position, token)),
    );
    return {
      codeActionProvider: { codeActionKinds: KINDS },
      executeCommandProvider: { commands: Object.values(COMMANDS) },
      inlineCompletionProvider: true,
    };
  }

  async #answered<T>(body: () => Promise<T>): Promise<T> {
    try {
      return await body();
    } catch (error) {
      throw toResponseError(error);
    }
  }

  async #execute(name: string, given: unknown, token: CancellationToken): Promise<string | null> {
    const command = (Object.keys(COMMANDS) as Command[]).find((one) => COMMANDS[one] === name);
    const target = CommandTarget.safeParse(given);
    if (!command || !target.success)
      throw new ZoeyError('invalid_input', `${name} needs a place to work on.`);
    const document = this.#documents.get(target.data.uri);
    if (!document) {
      throw new ZoeyError('not_found', 'This document is not open.', { hint: 'Open it, then try again.' });
    }
    const progress = await this.#connection.window.createWorkDoneProgress();
    progress.begin(TITLES[command], undefined, undefined, true);
    const { controller, dispose } = controllerFor(token);
    const cancelling = progress.token.onCancellationRequested(() => controller.abort());
    try {
      const request = this.#request(command, target.data, document);
      const result = await this.#call('coding.run', request, controller.signal, (chunk) => {
        if (chunk.type === 'work') progress.report(chunk.work.text);
      });
      return await this.#show(command, result, document);
    } finally {
      cancelling.dispose();
      dispose();
      progress.done();
    }
  }

  #request(command: Command, given: CommandTarget, document: LiveDocument): Input<'coding.run'> {
    const { range, diagnostics, instruction = '' } = given;
    const lastLine =
      range.end.character === 0 && range.end.line > range.start.line ? range.end.line : range.end.line + 1;
    const target: CodeTarget = {
      path: pathOf(document.uri, this.#caller.workspace),
      text: document.text,
      languageId: document.languageId,
      selection: { startLine: range.start.line + 1, endLine: Math.max(range.start.line + 1, lastLine) },
    };
    return {
      task: command,
      target,
      instruction,
      diagnostics: toCodeDiagnostics(diagnostics, this.#caller.workspace),
    };
  }

  /** A change is applied where the person agrees; words are shown. Gives back what was shown. */
  async #show(
    command: Command,
    result: Output<'coding.run'>,
    document: LiveDocument,
  ): Promise<string | null> {
    const { window } = this.#connection;
    if (result.kind === 'edit') return this.#apply(command, result.edit, document);
    const text = result.kind === 'text' ? result.text : 'There is nothing to change.';
    window.showInformationMessage(text.slice(0, MAX_SHOWN));
    return text;
  }

  async #apply(command: Command, edit: FileEdit, document: LiveDocument): Promise<string | null> {
    const { workspace, window } = this.#connection;
    const wanted = toWorkspaceEdit({
      edit,
      document: edit.newFile ? undefined : document,
      folder: this.#caller.workspace,
      title: TITLES[command],
    });
    if (!wanted) throw new ZoeyError('invalid_input', `${edit.path} can't be made: no folder is open.`);
    if (!this.#asksItself) {
      const chosen = await window.showInformationMessage(
        question(edit),
        { title: APPLY },
        { title: 'Decline' },
      );
      if (chosen?.title !== APPLY) return null;
    }
    const { applied, failureReason } = await workspace.applyEdit({ label: TITLES[command], edit: wanted });
    if (applied) return edit.path;
    throw new ZoeyError('refused', failureReason ?? 'The change was not applied.');
  }

  async #complete(uri: string, position: { line: number; character: number }, token: CancellationToken) {
    const document = this.#documents.get(uri);
    if (!document) return [];
    const { controller, dispose } = controllerFor(token);
    const at = offsetAt(document.text, position);
    try {
      const { text } = await this.#call(
        'coding.complete',
        {
          path: pathOf(uri, this.#caller.workspace),
          languageId: document.languageId,
          prefix: document.text.slice(0, at),
          suffix: document.text.slice(at),
        },
        controller.signal,
      );
      return text === '' ? [] : [{ insertText: text, range: { start: position, end: position } }];
    } finally {
      dispose();
    }
  }

  async #call<N extends FunctionName>(
    name: N,
    input: Input<N>,
    signal: AbortSignal,
    onChunk: (chunk: Chunk<N>) => void = () => {},
  ): Promise<Output<N>> {
    const chunks = this.#invoke(name, input, { caller: this.#caller, signal });
    for (;;) {
      const step = await chunks.next();
      // What `invoke` gives was parsed by the contract.
      if (step.done) return step.value as Output<N>;
      onChunk(step.value as Chunk<N>);
    }
  }
}

/** The folder that is open; the first of several. */
function folderOf({ workspaceFolders, rootUri }: InitializeParams): string | undefined {
  const uri = workspaceFolders?.[0]?.uri ?? rootUri ?? undefined;
  return uri?.startsWith('file:') ? fileURLToPath(uri) : undefined;
}

/** What will change, for editors that can't show it themselves. */
function question({ path, hunks, notes, newFile }: FileEdit): string {
  const shown = hunks.map(
    ({ oldText, newText, startLine }) =>
      `Line ${startLine}:\n${marked(oldText, '- ')}${marked(newText, '+ ')}`,
  );
  const head = newFile ? `Make ${path}?` : `Change ${path}?`;
  return [head, ...notes, ...shown].join('\n').slice(0, MAX_SHOWN);
}

function marked(text: string, mark: string): string {
  return sourceLines(text)
    .map((line) => `${mark}${line.trimEnd()}\n`)
    .join('');
}
