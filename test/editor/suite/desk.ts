import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Agent } from '../../../extension/agent.ts';
import { codingCommands } from '../../../extension/coding/commands.ts';
import { Findings } from '../../../extension/coding/findings.ts';
import { EditReviews } from '../../../extension/coding/review.ts';
import type { TaskRequest } from '../../../extension/coding/task.ts';
import type { Attachment } from '../../../runtime/types/memory.ts';
import { until } from '../../support/journeys/until.ts';
import { type Scripted, startScripted } from '../../support/ollama/scripted.ts';
import { openFile, workspaceUri, writeFile, zoey } from './access.ts';
import { Person } from './person.ts';

interface Question {
  text: string;
  attachments?: Attachment[];
  send: boolean;
}

/**
 * The commands about code with the real agent server behind them, and a model that answers from a script. What
 * they show stands in the real editor; what they ask is answered by `person`.
 */
export class Desk {
  readonly person = new Person();
  readonly reviews = new EditReviews();
  readonly findings = new Findings();
  /** What went to the agent, and to the chat. */
  readonly requests: TaskRequest[] = [];
  readonly questions: Question[] = [];
  readonly model: Scripted;
  /** What happens between an answer of the agent and its arrival. */
  meanwhile: (() => Promise<unknown>) | undefined;
  private readonly files: vscode.Uri[] = [];

  private constructor(model: Scripted) {
    this.model = model;
  }

  static async prepare(): Promise<Desk> {
    const { configuration } = await zoey();
    const model = await startScripted();
    // After the extension's own: of two providers of the same texts, the later one is asked.
    const desk = new Desk(model);
    await configure('ollama.url', model.url);
    await until('the setting', () => configuration.settings.ollamaUrl === model.url);
    desk.person.sitDown();
    return desk;
  }

  /** The agent of the extension; what it is asked for is kept. */
  readonly agent: Pick<Agent, 'invoke'> = {
    invoke: async (call, options) => {
      const { agent } = await zoey();
      if (call.name === 'coding.run') this.requests.push(call.input as unknown as TaskRequest);
      const result = await agent.invoke(call, options);
      await this.meanwhile?.();
      return result;
    },
  };

  /** Runs a command as the table has it. */
  async run(id: `zoey.${string}`, argument?: unknown): Promise<void> {
    const command = codingCommands.find((one) => one.id === id);
    assert.ok(command, id);
    const { agent, reviews, findings } = this;
    const ask = async (question: Question) => void this.questions.push(question);
    await command.run({ agent, reviews, findings, ask }, argument);
  }

  /** A file that is there until the end of the test, with these lines selected. */
  async open(path: string, text: string, lines?: [number, number]): Promise<vscode.TextEditor> {
    this.files.push(await writeFile(path, text));
    const editor = await openFile(path, lines);
    // The editor keeps documents of an earlier test for a while.
    await until(`${path} as it is on disk`, () => editor.document.getText() === text);
    return editor;
  }

  /** Removed at the end of the test, where it came to be. */
  willMake(path: string): vscode.Uri {
    const uri = workspaceUri(...path.split('/'));
    this.files.push(uri);
    return uri;
  }

  async clear(): Promise<void> {
    this.person.leave();
    this.reviews.dispose();
    this.findings.dispose();
    for (const document of vscode.workspace.textDocuments.filter(({ isDirty }) => isDirty)) {
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand('workbench.action.files.revert');
    }
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const file of this.files) {
      const gone = vscode.workspace.fs.delete(file);
      await gone.then(undefined, () => {});
    }
    await configure('ollama.url', undefined);
    await this.model.stop();
  }
}

/** A setting of the person; undefined takes it back. */
export async function configure(key: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration('zoey').update(key, value, vscode.ConfigurationTarget.Global);
}

/** The review that is in front, once it is: both its sides. */
export async function review(): Promise<{ left: vscode.TextDocument; right: vscode.TextDocument }> {
  const inFront = () => {
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    const { input } = tab ?? {};
    const ours = input instanceof vscode.TabInputTextDiff && input.modified.scheme === 'zoey-proposal';
    const uri = vscode.window.activeTextEditor?.document.uri.toString();
    return ours && uri === input.modified.toString() ? input : undefined;
  };
  await until('a review in front', () => inFront() !== undefined);
  const tab = inFront();
  assert.ok(tab);
  return {
    left: await vscode.workspace.openTextDocument(tab.original),
    right: await vscode.workspace.openTextDocument(tab.modified),
  };
}

/** Whether a review is open anywhere. */
export function reviewing(): boolean {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .some(
      ({ input }) => input instanceof vscode.TabInputTextDiff && input.modified.scheme === 'zoey-proposal',
    );
}

/** A model's answer with code. */
export const code = (text: string, language = 'ts'): string => `\`\`\`${language}\n${text}\n\`\`\``;
