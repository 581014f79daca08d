import * as vscode from 'vscode';

/** Who sits before the editor: reads what it says, and answers what it asks. */
export class Person {
  /** The messages so far. */
  readonly told: string[] = [];
  /** What is typed into the next input boxes; an empty box is closed. */
  readonly types: string[] = [];
  /** Labels that are picked from the next lists, or pressed on the next messages that have such a button. */
  readonly picks: string[] = [];
  private readonly before = { ...vscode.window };

  sitDown(): void {
    const message = async (text: string, ...buttons: unknown[]) => {
      this.told.push(text);
      return buttons.includes(this.picks[0]) ? this.picks.shift() : undefined;
    };
    Object.assign(vscode.window, {
      showInformationMessage: message,
      showWarningMessage: message,
      showErrorMessage: message,
      showInputBox: async () => this.types.shift(),
      showQuickPick: async (items: (string | vscode.QuickPickItem)[]) => {
        const label = this.picks.shift();
        return items.find((item) => (typeof item === 'string' ? item : item.label) === label);
      },
    });
  }

  leave(): void {
    const { showInformationMessage, showWarningMessage, showErrorMessage, showInputBox, showQuickPick } =
      this.before;
    Object.assign(vscode.window, {
      showInformationMessage,
      showWarningMessage,
      showErrorMessage,
      showInputBox,
      showQuickPick,
    });
  }
}
