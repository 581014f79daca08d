import type { PanelResult } from '../../runtime/protocol/panel.ts';
import type { Panel } from '../panel.ts';
import type { MenuEntry } from './codeMenu.tsx';

/** As much of the answer before a block as `editor/apply` takes. */
const MAX_BEFORE = 200_000;

/** A code block of an answer, and the button on it that was pressed. */
export interface PressedBlock {
  code: string;
  /** What its fence says. */
  fence: string;
  /** The answer before the block. */
  before: string;
  /** What it is called by: its file, or its language. */
  about: string;
}

export interface OpenMenu {
  label: string;
  entries: MenuEntry[];
}

/** Applies a block; where its file is not plain, `choose` is given the files that it may be. */
export async function applyBlock(
  panel: Panel,
  block: PressedBlock,
  choose: (menu: OpenMenu) => void,
): Promise<void> {
  const { code, fence, before } = block;
  const asked = { code, language: fence, before: before.slice(-MAX_BEFORE) };
  panel.say('Looking for the file.');
  const answer = await panel.request('editor/apply', asked);
  if (!answer) return;
  if (answer.outcome !== 'unsure') {
    panel.say(answer.outcome === 'reviewing' ? 'The change is shown for review.' : 'The file has this code.');
    return;
  }
  const candidates = answer.candidates ?? [];
  if (candidates.length === 0) {
    panel.tell('It is not plain which file this code is for. Open the file, then apply it again.');
    return;
  }
  choose({
    label: 'Apply to which file?',
    entries: candidates.map((candidate) =>
      entryOf(candidate, () => void applyTo(panel, asked, candidate.path)),
    ),
  });
}

type Candidate = NonNullable<PanelResult<'editor/apply'>['candidates']>[number];

function entryOf({ path, newFile, reason }: Candidate, run: () => void): MenuEntry {
  return { icon: newFile ? 'new-file' : 'file', label: path, detail: reason, run };
}

async function applyTo(
  panel: Panel,
  asked: { code: string; language: string; before: string },
  path: string,
): Promise<void> {
  const answer = await panel.request('editor/apply', { ...asked, path });
  if (answer?.outcome === 'reviewing') panel.say('The change is shown for review.');
}

/** All that can be done with a block but copying it. */
export function blockMenu(panel: Panel, block: PressedBlock, choose: (menu: OpenMenu) => void): OpenMenu {
  const { code, fence, before, about } = block;
  const language = fence.split(/[\s:]/, 1)[0] ?? '';
  return {
    label: `Code block, ${about}`,
    entries: [
      {
        icon: 'git-pull-request-go-to-changes',
        label: 'Apply, with a review',
        run: () => void applyBlock(panel, block, choose),
      },
      {
        icon: 'insert',
        label: 'Insert at cursor',
        run: () => void panel.editor('editor/insert', { text: code }),
      },
      {
        icon: 'new-file',
        label: 'New file',
        run: () => void panel.editor('editor/newFile', { code, language, before: before.slice(-MAX_BEFORE) }),
      },
      {
        icon: 'terminal',
        label: 'Put into terminal, not run',
        run: () => void intoTerminal(panel, code),
      },
    ],
  };
}

export async function intoTerminal(panel: Panel, code: string): Promise<void> {
  if (code.length > 20_000) panel.tell('This is too long for the terminal. Copy it instead.');
  else await panel.editor('editor/terminal', { code });
}
