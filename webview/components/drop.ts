import { useEffect } from 'preact/hooks';
import type { Attachment } from '../../runtime/types/memory.ts';
import { toWireError } from '../errors.ts';
import { type Panel, usePanel } from '../panel.ts';

/** As many as a message may carry, and characters of a file that comes with its text. */
const MAX_FILES = 20;
const MAX_CHARACTERS = 200_000;
/** A character takes four bytes at most. */
const MAX_BYTES = 4 * MAX_CHARACTERS;
const LISTS = ['application/vnd.code.uri-list', 'text/uri-list'];

/** Files that are dropped anywhere on the panel are given along with the message. */
export function useDrop(): void {
  const panel = usePanel();
  useEffect(() => {
    const onDragOver = (event: DragEvent) => {
      if (!event.dataTransfer?.types.some((type) => type === 'Files' || LISTS.includes(type))) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
    };
    const onDrop = (event: DragEvent) => {
      const { dataTransfer } = event;
      if (!dataTransfer) return;
      const uris = addresses(dataTransfer);
      const files = uris.length > 0 ? [] : [...dataTransfer.files].slice(0, MAX_FILES);
      if (uris.length === 0 && files.length === 0) return;
      event.preventDefault();
      void (uris.length > 0 ? attachUris(panel, uris) : attachFiles(panel, files));
    };
    document.addEventListener('dragover', onDragOver);
    document.addEventListener('drop', onDrop);
    return () => {
      document.removeEventListener('dragover', onDragOver);
      document.removeEventListener('drop', onDrop);
    };
  }, [panel]);
}

/** From the explorer and from tabs come addresses, one a line. */
function addresses(data: DataTransfer): string[] {
  const list = LISTS.map((type) => data.getData(type)).find((text) => text.trim() !== '') ?? '';
  return list
    .split(/\r?\n/)
    .filter((line) => line !== '' && !line.startsWith('#'))
    .slice(0, MAX_FILES);
}

async function attachUris(panel: Panel, uris: string[]): Promise<void> {
  try {
    const { attachments, refused } = await panel.mentions.dropped(uris);
    attach(panel, attachments, refused);
  } catch (error) {
    panel.tell(toWireError(error).message);
  }
}

/** From elsewhere come the files themselves: their text is carried, and no place of it is known. */
async function attachFiles(panel: Panel, files: readonly File[]): Promise<void> {
  const refused: string[] = [];
  const attachments: Attachment[] = [];
  for (const file of files) {
    const text = file.size <= MAX_BYTES ? await file.text().catch(() => undefined) : undefined;
    if (text === undefined || text.length > MAX_CHARACTERS) refused.push(`${file.name} is too large.`);
    else if (text.includes('\0') || text.includes('\ufffd')) refused.push(`${file.name} is not a text.`);
    else attachments.push({ kind: 'file', path: file.name, text });
  }
  attach(panel, attachments, refused);
}

function attach(panel: Panel, attachments: readonly Attachment[], refused: readonly string[]): void {
  for (const attachment of attachments) panel.dispatch({ type: 'attach', attachment });
  if (refused.length > 0) panel.tell(refused.join(' '));
  else panel.say(`Added ${attachments.map(({ path }) => path).join(', ')}.`);
  panel.focusComposer();
}
