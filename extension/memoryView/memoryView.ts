import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { Agent } from '../agent.ts';
import { wordsOf } from '../failures.ts';
import { Memories } from './memories.ts';
import { MemoryTree, type TreeNode } from './memoryTree.ts';

const MEMORY_VIEW = 'zoey.memory';

/** How long after a failure it is tried again, in ms. */
const AGAIN_MS = 3_000;

/** What stands in the view where no rows do: package.json has a text for each. */
type ViewState = 'asking' | 'starting' | 'failed' | 'empty' | 'notFound' | 'shown';

/**
 * The view of what is remembered. While it is visible it follows the agent, which tells of every change, whoever
 * made it; hidden, it asks for nothing.
 */
export class MemoryView implements vscode.Disposable {
  readonly tree: MemoryTree;
  readonly memories: Memories;
  private readonly agent: Agent;
  private readonly view: vscode.TreeView<TreeNode>;
  private readonly subscriptions: { dispose(): void }[];
  private following: AbortController | undefined;
  private current: ViewState | undefined;

  constructor(agent: Agent) {
    this.agent = agent;
    this.memories = new Memories(agent);
    this.tree = new MemoryTree(this.memories);
    this.view = vscode.window.createTreeView(MEMORY_VIEW, {
      treeDataProvider: this.tree,
      canSelectMany: true,
    });
    this.subscriptions = [
      this.view,
      this.view.onDidChangeVisibility(({ visible }) => (visible ? this.follow() : this.rest())),
      agent.onDidChangeState(() => this.heedAgent()),
      // With a database that others write too, nobody tells of what they did.
      vscode.window.onDidChangeWindowState(({ focused }) => {
        if (focused && this.following && agent.state === 'running') void this.load();
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.describe()),
    ];
    this.describe();
    if (this.view.visible) this.follow();
  }

  /** Undefined before it was first visible. */
  get state(): ViewState | undefined {
    return this.current;
  }

  get visible(): boolean {
    return this.view.visible;
  }

  /** The rows that a command is about: the one that was clicked, or all that are selected with it. */
  chosen(clicked: TreeNode | undefined): TreeNode[] {
    const { selection } = this.view;
    return clicked === undefined || selection.includes(clicked) ? [...selection] : [clicked];
  }

  /** Shows what a search finds, or everything where the query is empty. */
  async search(query: string): Promise<void> {
    await vscode.commands.executeCommand('setContext', 'zoey.memorySearched', query !== '');
    const loading = this.tree.search(query);
    this.describe();
    if (query !== '') await vscode.commands.executeCommand(`${MEMORY_VIEW}.focus`);
    await this.settle(loading);
  }

  dispose(): void {
    this.following?.abort();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private async load(): Promise<void> {
    await this.settle(this.tree.load());
  }

  private async settle(loading: Promise<void>): Promise<void> {
    try {
      await loading;
      this.view.message = '';
      const nothing = this.tree.query === '' ? 'empty' : 'notFound';
      this.change(this.tree.empty ? nothing : 'shown');
    } catch (error) {
      this.fail(error);
    }
  }

  private follow(): void {
    if (this.following) return;
    this.following = new AbortController();
    const { signal } = this.following;
    if (this.current === undefined) this.change(this.agent.state === 'running' ? 'asking' : 'starting');
    void this.keepFollowing(signal);
  }

  private rest(): void {
    this.following?.abort();
    this.following = undefined;
  }

  private async keepFollowing(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const source = new vscode.CancellationTokenSource();
      const stop = () => source.cancel();
      signal.addEventListener('abort', stop);
      try {
        const onChunk = () => void this.load();
        await this.agent.invoke({ name: 'memory.watch', input: {} }, { token: source.token, onChunk });
      } catch (error) {
        if (!signal.aborted && this.agent.state !== 'starting') this.fail(error);
      } finally {
        signal.removeEventListener('abort', stop);
        source.dispose();
      }
      if (!signal.aborted) await this.pause(signal);
    }
  }

  /** Until it may go better: after a while, or when the agent comes up. One that was stopped is left so. */
  private async pause(signal: AbortSignal): Promise<void> {
    const up = new AbortController();
    const changed = this.agent.onDidChangeState((state) => {
      if (state === 'running') up.abort();
    });
    const ended = AbortSignal.any([signal, up.signal]);
    do {
      await sleep(AGAIN_MS, undefined, { signal: ended }).catch(() => {});
    } while (!ended.aborted && this.agent.state === 'stopped');
    changed.dispose();
  }

  private heedAgent(): void {
    const { state } = this.agent;
    if (state === 'starting' && this.following) {
      this.view.message = '';
      if (this.tree.empty) this.change('starting');
    }
  }

  private fail(error: unknown): void {
    this.view.message = wordsOf(error);
    this.change('failed');
  }

  private change(state: ViewState): void {
    this.current = state;
    void vscode.commands.executeCommand('setContext', 'zoey.memoryState', state);
  }

  private describe(): void {
    const { query } = this.tree;
    const shared = (vscode.workspace.workspaceFolders ?? []).length === 0;
    this.view.description = query !== '' ? `“${query}”` : shared ? 'of all windows without a folder' : '';
  }
}
