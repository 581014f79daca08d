import * as vscode from 'vscode';
import type { MemoryItem } from '../../runtime/protocol/schemas.ts';
import { KINDS, type Kind, type Memories } from './memories.ts';
import { placeOf, type RowText, rowText } from './rowText.ts';

/** Memories that are loaded at a time, and at most of a kind: whoever seeks further back searches. */
const PAGE = 50;
const MOST = 1_000;

const GROUPS: Readonly<Record<Kind, { label: string; icon: string }>> = {
  note: { label: 'Notes', icon: 'note' },
  fact: { label: 'Facts', icon: 'lightbulb' },
  document: { label: 'Documents', icon: 'file-text' },
};

/** One memory, as little of it as is shown. */
export interface MemoryRow {
  type: 'memory';
  memory: Pick<MemoryItem, 'id' | 'kind' | 'source' | 'roomId'>;
  text: RowText;
}

interface Group {
  type: 'group';
  kind: Kind;
  rows: MemoryRow[];
  /** Cursor of what follows; absent where nothing does. */
  next?: string;
}

interface More {
  type: 'more';
  kind: Kind;
}

export type TreeNode = Group | MemoryRow | More;

/** What is remembered, by kind and newest first, or what a search found, best first. */
export class MemoryTree implements vscode.TreeDataProvider<TreeNode> {
  private readonly changes = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changes.event;
  private readonly memories: Pick<Memories, 'list' | 'search'>;
  private groups: Group[] = [];
  private found: MemoryRow[] = [];
  private asked = '';
  /** How many of a kind are wanted, where that is more than a page. */
  private readonly wanted = new Map<Kind, number>();
  private loading: Promise<void> | undefined;
  private again = false;

  constructor(memories: Pick<Memories, 'list' | 'search'>) {
    this.memories = memories;
  }

  /** What is searched for; empty where all is shown. */
  get query(): string {
    return this.asked;
  }

  /** Whether there is any row. */
  get empty(): boolean {
    return this.getChildren().length === 0;
  }

  search(query: string): Promise<void> {
    this.asked = query;
    return this.load();
  }

  showMore(kind: Kind): Promise<void> {
    const shown = this.groups.find((group) => group.kind === kind)?.rows.length ?? 0;
    this.wanted.set(kind, Math.min(shown + PAGE, MOST));
    return this.load();
  }

  /** Asks for what is shown anew; asked while it does so, once more after. Rejects where the agent fails. */
  load(): Promise<void> {
    if (this.loading) {
      this.again = true;
      return this.loading;
    }
    this.loading = this.loadAll().finally(() => {
      this.loading = undefined;
    });
    return this.loading;
  }

  getChildren(node?: TreeNode): TreeNode[] {
    if (node === undefined) return this.asked === '' ? this.groups : this.found;
    if (node.type !== 'group') return [];
    const { kind, rows, next } = node;
    return next === undefined || rows.length >= MOST ? rows : [...rows, { type: 'more', kind }];
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    if (node.type === 'group') return groupItem(node);
    return node.type === 'more' ? moreItem(node) : this.memoryItem(node);
  }

  private async loadAll(): Promise<void> {
    do {
      this.again = false;
      const query = this.asked;
      const found = query === '' ? [] : await this.memories.search(query, PAGE);
      const groups = query === '' ? await Promise.all(KINDS.map((kind) => this.group(kind))) : [];
      if (query !== this.asked) this.again = true;
      this.found = found.map((memory) => toRow(memory, query));
      this.groups = groups.filter(({ rows }) => rows.length > 0);
    } while (this.again);
    this.changes.fire();
  }

  private async group(kind: Kind): Promise<Group> {
    const rows: MemoryRow[] = [];
    let next: string | undefined;
    do {
      const page = await this.memories.list(kind, PAGE, next);
      rows.push(...page.items.map((memory) => toRow(memory, '')));
      next = page.next;
    } while (next !== undefined && rows.length < (this.wanted.get(kind) ?? PAGE));
    return { type: 'group', kind, rows, ...(next !== undefined && { next }) };
  }

  private memoryItem({ memory, text }: MemoryRow): vscode.TreeItem {
    const { label, highlights, description, tooltip, spoken } = text;
    const item = new vscode.TreeItem({ label, highlights });
    item.id = memory.id;
    item.description = description;
    item.tooltip = tooltip;
    item.contextValue = canOpen(memory) ? 'memory.source' : 'memory';
    item.accessibilityInformation = { label: spoken };
    // Among others of its kind an icon says nothing.
    if (this.asked !== '') item.iconPath = new vscode.ThemeIcon(iconOf(memory.kind));
    return item;
  }
}

function toRow(memory: MemoryItem, query: string): MemoryRow {
  const { id, kind, source, roomId } = memory;
  const shown = { id, kind, source, ...(roomId !== undefined && { roomId }) };
  return { type: 'memory', memory: shown, text: rowText(memory, { now: Date.now(), query }) };
}

function canOpen({ source, roomId }: MemoryRow['memory']): boolean {
  return roomId !== undefined || placeOf(source) !== undefined;
}

function iconOf(kind: MemoryItem['kind']): string {
  return kind === 'message' || kind === 'fragment' ? 'comment' : GROUPS[kind].icon;
}

function groupItem({ kind, rows, next }: Group): vscode.TreeItem {
  const { label, icon } = GROUPS[kind];
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Expanded);
  const count = next === undefined ? `${rows.length}` : `${rows.length} or more`;
  item.id = kind;
  item.iconPath = new vscode.ThemeIcon(icon);
  item.description = next === undefined ? count : `${rows.length}+`;
  item.accessibilityInformation = { label: `${label}, ${count}` };
  return item;
}

function moreItem({ kind }: More): vscode.TreeItem {
  const item = new vscode.TreeItem('Show more');
  item.id = `more-${kind}`;
  item.tooltip = `Show older ${GROUPS[kind].label.toLowerCase()}`;
  item.command = { command: 'zoey.showMoreMemories', title: 'Show more', arguments: [kind] };
  item.accessibilityInformation = { label: item.tooltip, role: 'button' };
  return item;
}
