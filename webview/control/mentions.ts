import type { Mention, MentionKind } from '../../runtime/protocol/panel.ts';
import { approximateTokens, baseName, lineSuffix } from '../format.ts';
import type { Rpc } from '../rpc.ts';

/** What can be given along with a message: the editor's, what the agent finds, and what it remembers. */
export type Mentionable = MentionKind | 'code' | 'memory';

/** The best matches; `word` says why there are none. */
export interface Mentioned {
  items: Mention[];
  word?: string | undefined;
}

export interface Mentions {
  find(kind: Mentionable, query: string): Promise<Mentioned>;
  /** What was dropped, by its addresses: what can be given along, and a word for each that can't. */
  dropped(uris: string[]): Promise<{ attachments: Mention['attachment'][]; refused: string[] }>;
}

const LIMIT = 8;
/** Of a memory, what is shown in a line and in a chip. */
const LINE = 120;
const CHIP = 40;

export function createMentions(rpc: Rpc): Mentions {
  return {
    find(kind, query) {
      if (kind === 'code') return findCode(rpc, query);
      if (kind === 'memory') return findMemories(rpc, query);
      return rpc.request('editor/mentions', { kind, query: query.slice(0, 200) });
    },
    dropped: (uris) => rpc.request('editor/dropped', { uris }),
  };
}

async function findCode(rpc: Rpc, query: string): Promise<Mentioned> {
  if (query.trim() === '') return { items: [], word: 'Type what to look for in the code.' };
  const { items } = await rpc.invoke('workspace.search', { query, limit: LIMIT });
  return {
    word: 'Nothing in the workspace matches.',
    items: items.map(({ path, startLine, endLine, symbol, language, text }) => {
      const lines = { startLine, endLine };
      return {
        label: symbol ?? `${baseName(path)}${lineSuffix(lines)}`,
        detail: `${path}${lineSuffix(lines)}`,
        attachment: {
          kind: 'selection',
          path,
          ...lines,
          languageId: language,
          tokens: approximateTokens(text),
        },
      };
    }),
  };
}

async function findMemories(rpc: Rpc, query: string): Promise<Mentioned> {
  const asked = query.trim();
  const { items } =
    asked === ''
      ? await rpc.invoke('memory.list', { limit: LIMIT })
      : await rpc.invoke('memory.search', { query: asked, limit: LIMIT });
  return {
    word: asked === '' ? 'Nothing is remembered yet.' : 'Nothing that is remembered matches.',
    items: items.map(({ id, text, kind }) => ({
      label: shortened(text, LINE),
      detail: kind,
      attachment: { kind: 'memory', path: 'memory', memoryId: id, label: shortened(text, CHIP), text },
    })),
  };
}

function shortened(text: string, length: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
}
