import * as vscode from 'vscode';
import type { FileEdit } from '../../runtime/types/edit.ts';
import { Proposal } from './proposal.ts';

const SCHEME = 'zoey-proposal';

/** What became of a review. */
export interface Reviewed {
  accepted: number;
  rejected: number;
}

interface Review {
  proposal: Proposal;
  /** The document that is to change; of a new file, where it will be. */
  target: vscode.Uri;
  shown: vscode.Uri;
  finish(): void;
}

/**
 * Shows proposed changes beside what is there, and makes those that the person accepts. The left side is the
 * document itself, the right side what it would become; both draw together as hunks are accepted or rejected.
 */
export class EditReviews implements vscode.Disposable, vscode.TextDocumentContentProvider {
  private readonly reviews = new Map<string, Review>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly subscriptions: vscode.Disposable[];
  private count = 0;
  readonly onDidChange = this.changed.event;

  constructor() {
    this.subscriptions = [
      this.changed,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
        for (const tab of closed) this.closed(reviewedIn(tab));
      }),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.follow(document)),
    ];
    // What a window shows again after it was reloaded is nobody's any more.
    void vscode.window.tabGroups.close(allTabs().filter((tab) => reviewedIn(tab)));
  }

  /**
   * Opens a review of `edit` and returns once it is over: nothing is open any more, or it was closed. What was
   * not decided counts as rejected.
   */
  async review(edit: FileEdit, target: vscode.Uri): Promise<Reviewed> {
    const rejected = { accepted: 0, rejected: edit.hunks.length };
    if (edit.newFile && (await exists(target))) {
      existsAlready(edit.path);
      return rejected;
    }
    const proposal = Proposal.of(await presentText(edit, target), edit);
    if (!proposal) {
      changedMeanwhile(edit.path);
      return rejected;
    }
    const shown = vscode.Uri.from({ scheme: SCHEME, path: `/${edit.path}`, query: String(++this.count) });
    const over = new Promise<void>((finish) => {
      this.reviews.set(shown.toString(), { proposal, target, shown, finish });
    });
    const left = edit.newFile ? vscode.Uri.from({ scheme: SCHEME, path: `/${edit.path}` }) : target;
    const title = `${edit.path.split('/').at(-1)}: proposed by Zoey`;
    try {
      await vscode.commands.executeCommand('vscode.diff', left, shown, title, { preview: false });
      if (edit.notes.length > 0) void vscode.window.showInformationMessage(edit.notes.join(' '));
      await over;
    } finally {
      this.reviews.delete(shown.toString());
    }
    await vscode.window.tabGroups.close(tabsOf(shown));
    const accepted = proposal.accepted.size;
    return { accepted, rejected: edit.hunks.length - accepted };
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.reviews.get(uri.toString())?.proposal.proposed ?? '';
  }

  /** Of the review that is in front: the hunk at the cursor, or all of them. */
  async accept(which: 'one' | 'all'): Promise<void> {
    const review = this.inFront();
    if (!review) return nothingToReview();
    const ids = chosen(review, which);
    if (!(await apply(review, ids))) return;
    showNext(review, ids);
    this.settle(review);
  }

  reject(which: 'one' | 'all'): void {
    const review = this.inFront();
    if (!review) {
      nothingToReview();
      return;
    }
    const ids = chosen(review, which);
    // Before the text changes: the editor then moves the cursor along.
    showNext(review, ids);
    review.proposal.reject(ids);
    this.settle(review);
  }

  dispose(): void {
    for (const { finish } of this.reviews.values()) finish();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private settle(review: Review): void {
    this.changed.fire(review.shown);
    if (review.proposal.open.length === 0) review.finish();
  }

  private inFront(): Review | undefined {
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    return tab && this.reviews.get(reviewedIn(tab)?.toString() ?? '');
  }

  /** A tab that is moved to another group is closed as well, but the review goes on there. */
  private closed(shown: vscode.Uri | undefined): void {
    if (shown && tabsOf(shown).length === 0) this.reviews.get(shown.toString())?.finish();
  }

  /** After an undo in the document, what was taken back is open again. */
  private follow(document: vscode.TextDocument): void {
    for (const review of this.reviews.values()) {
      if (review.target.toString() !== document.uri.toString()) continue;
      if (review.proposal.find(document.getText())) this.changed.fire(review.shown);
    }
  }
}

/** Of a review: the hunk at the cursor, on whichever side it is, or all that are open. */
function chosen({ proposal, target, shown }: Review, which: 'one' | 'all'): string[] {
  if (which === 'all') return proposal.open.map(({ id }) => id);
  const editor = vscode.window.activeTextEditor;
  const uri = editor?.document.uri.toString();
  const side = uri === target.toString() ? 'document' : 'proposed';
  const inside = side === 'document' || uri === shown.toString();
  const hunk = proposal.hunkAt(inside ? (editor?.selection.active.line ?? 0) : 0, side);
  return hunk ? [hunk.id] : [];
}

/** Puts the cursor at the change that is looked at after these. */
function showNext({ proposal, shown }: Review, decided: readonly string[]): void {
  const editor = vscode.window.visibleTextEditors.find(
    ({ document }) => document.uri.toString() === shown.toString(),
  );
  const { hunks } = proposal.edit;
  const at = hunks.findLastIndex(({ id }) => decided.includes(id));
  const open = proposal.open.filter(({ id }) => !decided.includes(id));
  const next = open.find((hunk) => hunks.indexOf(hunk) > at) ?? open[0];
  const line = next && proposal.lineOf(next);
  if (!editor || line === undefined) return;
  const start = new vscode.Position(line, 0);
  editor.selection = new vscode.Selection(start, start);
  editor.revealRange(new vscode.Range(start, start), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

/** Makes the changes, as one step to undo; where it can't, the person is told and the answer is false. */
async function apply({ proposal, target }: Review, ids: readonly string[]): Promise<boolean> {
  const { edit } = proposal;
  const change = new vscode.WorkspaceEdit();
  if (edit.newFile) {
    if (await exists(target)) return existsAlready(edit.path);
    change.createFile(target, { contents: Buffer.from(edit.hunks.map(({ newText }) => newText).join('')) });
  } else {
    const document = await vscode.workspace.openTextDocument(target);
    if (!proposal.find(document.getText())) return changedMeanwhile(edit.path);
    for (const { start, end, text } of proposal.replacements(ids)) {
      change.replace(target, new vscode.Range(start, 0, end, 0), text);
    }
  }
  if (!(await vscode.workspace.applyEdit(change))) {
    void vscode.window.showWarningMessage(`The editor refused to change ${edit.path}.`);
    return false;
  }
  proposal.accept(ids);
  if (edit.newFile) await vscode.window.showTextDocument(target);
  return true;
}

async function presentText(edit: FileEdit, target: vscode.Uri): Promise<string> {
  if (edit.newFile) return '';
  return (await vscode.workspace.openTextDocument(target)).getText();
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}

function reviewedIn({ input }: vscode.Tab): vscode.Uri | undefined {
  if (input instanceof vscode.TabInputTextDiff && input.modified.scheme === SCHEME) return input.modified;
  return undefined;
}

function tabsOf(shown: vscode.Uri): vscode.Tab[] {
  return allTabs().filter((tab) => reviewedIn(tab)?.toString() === shown.toString());
}

function allTabs(): vscode.Tab[] {
  return vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs);
}

function changedMeanwhile(path: string): false {
  void vscode.window.showWarningMessage(
    `${path} changed meanwhile, so nothing was applied. Ask for the change again.`,
  );
  return false;
}

function existsAlready(path: string): false {
  void vscode.window.showWarningMessage(`There is a ${path} already, so no new file was made.`);
  return false;
}

function nothingToReview(): void {
  void vscode.window.showInformationMessage('No proposed change is open in front.');
}
