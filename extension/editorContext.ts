import * as vscode from 'vscode';
import { contextOf, type EditorContext, isCode } from './attachments.ts';

/** Milliseconds of quiet after which a change is told. */
const QUIET = 150;

/** Follows the active editor, for the chip that offers it. Tells nothing while no one looks. */
export class EditorContextWatcher implements vscode.Disposable {
  private readonly tell: (context: EditorContext) => void;
  private readonly subscriptions: vscode.Disposable[];
  private editor: vscode.TextEditor | undefined;
  private timer: NodeJS.Timeout | undefined;

  /** `seen` says whether the panel is visible. */
  constructor(tell: (context: EditorContext) => void, seen: () => boolean) {
    this.tell = tell;
    this.editor = vscode.window.activeTextEditor;
    const changed = () => {
      clearTimeout(this.timer);
      if (seen()) this.timer = setTimeout(() => this.tell(this.current()), QUIET);
    };
    this.subscriptions = [
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        // A look at the output is not a change of what one works on.
        if (editor && !isCode(editor.document)) return;
        this.editor = editor;
        changed();
      }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
        if (textEditor === this.editor) changed();
      }),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document === this.editor?.document) changed();
      }),
      vscode.workspace.onDidSaveTextDocument((document) => {
        if (document === this.editor?.document) changed();
      }),
    ];
  }

  current(): EditorContext {
    return this.editor && !this.editor.document.isClosed ? contextOf(this.editor) : {};
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const subscription of this.subscriptions) subscription.dispose();
  }
}
