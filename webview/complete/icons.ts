import type { Attachment } from '../../runtime/types/memory.ts';
import type { Mentionable } from '../control/mentions.ts';

const ICONS: Readonly<Record<Mentionable | Attachment['kind'], string>> = {
  file: 'file',
  folder: 'folder',
  selection: 'list-selection',
  symbol: 'symbol-method',
  problems: 'warning',
  terminal: 'terminal',
  diff: 'git-compare',
  code: 'code',
  memory: 'bookmark',
};

export function iconOf(kind: Mentionable | Attachment['kind']): string {
  return ICONS[kind];
}
