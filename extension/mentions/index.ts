import * as vscode from 'vscode';
import type { Mention, MentionKind, PanelResult } from '../../runtime/protocol/panel.ts';
import type { Attachment } from '../../runtime/types/memory.ts';
import { contextOf } from '../attachments.ts';
import { currentDiff, currentProblems, terminalSelection } from '../editor/states.ts';
import { findFiles, findFolders, findSymbols } from './places.ts';

export { measureAttachments } from './measure.ts';
export { attachDropped, resolveAttachments } from './resolve.ts';

type Found = PanelResult<'editor/mentions'>;

/** What there is of a kind that could be given along, or why there is nothing. */
export function findMentions(kind: MentionKind, query: string): Promise<Found> {
  return FINDERS[kind](query);
}

const FINDERS: Readonly<Record<MentionKind, (query: string) => Promise<Found>>> = {
  file: async (query) => found(await findFiles(query), 'No file has such a name.'),
  folder: async (query) => found(await findFolders(query), 'No folder has such a name.'),
  symbol: async (query) => found(await findSymbols(query), 'No symbol has such a name.'),
  selection: async () => {
    const editor = vscode.window.activeTextEditor;
    return states([editor && contextOf(editor).selection], 'Nothing is selected in the editor.');
  },
  problems: async () => states(currentProblems(), 'There are no problems.'),
  terminal: async () => states([await terminalSelection()], 'Nothing is selected in the terminal.'),
  diff: async () => states([await currentDiff()], 'There are no changes.'),
};

function found(items: Mention[], word: string): Found {
  return items.length > 0 ? { items } : { items, word };
}

function states(attachments: readonly (Attachment | undefined)[], word: string): Found {
  const items = attachments
    .filter((attachment) => attachment !== undefined)
    .map((attachment) => ({ ...named(attachment), attachment }));
  return found(items, word);
}

function named({ label, path, startLine, endLine, text = '' }: Attachment): Omit<Mention, 'attachment'> {
  const last = endLine === undefined || endLine === startLine ? '' : `-${endLine}`;
  const lines = startLine === undefined ? '' : `:${startLine}${last}`;
  const count = text.split('\n').length;
  return { label: label ?? `${path}${lines}`, detail: `${count} ${count === 1 ? 'line' : 'lines'}` };
}
