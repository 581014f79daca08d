import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type Diagnostic,
  type Range as LspRange,
} from 'vscode-languageserver/node';
import * as z from 'zod';
import { Range, Reported } from './diagnostics.ts';

/** What can be asked of the server by name; the argument of each is a `CommandTarget`. */
export const COMMANDS = {
  fix: 'zoey.server.fix',
  explain: 'zoey.server.explain',
  refactor: 'zoey.server.refactor',
  document: 'zoey.server.document',
  tests: 'zoey.server.tests',
} as const;
export type Command = keyof typeof COMMANDS;

/** What a command is about. */
export const CommandTarget = z.object({
  uri: z.string().max(8192),
  range: Range,
  diagnostics: z.array(Reported).default([]),
  /** For `refactor`: what should change, in words. */
  instruction: z.string().max(10_000).optional(),
});
export type CommandTarget = z.infer<typeof CommandTarget>;

export const KINDS = [CodeActionKind.QuickFix, CodeActionKind.RefactorRewrite];

/** What is offered at a place: nothing is computed until one is chosen. */
export function codeActionsAt({ textDocument: { uri }, range, context }: CodeActionParams): CodeAction[] {
  const { diagnostics, only } = context;
  const wanted = (kind: string) => !only || only.some((one) => kind === one || kind.startsWith(`${one}.`));
  const actions: CodeAction[] = [];
  if (diagnostics.length > 0 && wanted(CodeActionKind.QuickFix)) {
    const about = { uri, range: around(range, diagnostics), diagnostics };
    actions.push(
      action('Fix with Zoey', 'fix', { kind: CodeActionKind.QuickFix, diagnostics, about }),
      action('Explain error with Zoey', 'explain', { kind: CodeActionKind.QuickFix, diagnostics, about }),
    );
  }
  if (!isEmpty(range) && wanted(CodeActionKind.RefactorRewrite)) {
    const about = { uri, range, diagnostics: [] };
    const kind = CodeActionKind.RefactorRewrite;
    actions.push(
      action('Refactor with Zoey', 'refactor', { kind, about }),
      action('Document with Zoey', 'document', { kind, about }),
      action('Write tests with Zoey', 'tests', { kind, about }),
    );
  }
  return actions;
}

function action(
  title: string,
  command: Command,
  { kind, about, diagnostics }: { kind: string; about: object; diagnostics?: Diagnostic[] },
): CodeAction {
  const chosen = { title, command: COMMANDS[command], arguments: [about] };
  return { title, kind, command: chosen, ...(diagnostics && { diagnostics }) };
}

function around(range: LspRange, diagnostics: readonly Diagnostic[]): LspRange {
  const all = [range, ...diagnostics.map((one) => one.range)];
  const start = Math.min(...all.map((one) => one.start.line));
  const end = Math.max(...all.map((one) => one.end.line));
  return { start: { line: start, character: 0 }, end: { line: end + 1, character: 0 } };
}

function isEmpty({ start, end }: LspRange): boolean {
  return start.line === end.line && start.character === end.character;
}
