import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestAccess } from '../../../extension/activate.ts';
import type { Agent, AgentState } from '../../../extension/agent.ts';
import { createEditorHost } from '../../../extension/editorHost.ts';
import type { Settings } from '../../../runtime/types/host.ts';

interface Manifest {
  version: string;
  contributes: { commands: { command: string }[] };
}

/** Our extension as VS Code runs it, activated. */
export async function zoey(): Promise<TestAccess & { manifest: Manifest }> {
  const extension = vscode.extensions.getExtension<TestAccess>('zoeyos.zoey');
  assert.ok(extension, 'the extension is installed');
  const access = await extension.activate();
  assert.ok(access, 'the extension gives access to tests');
  return { ...access, manifest: extension.packageJSON };
}

/** Resolves when the agent comes to this state, at once where it is there already. */
export function reaches(agent: Agent, state: AgentState): Promise<void> {
  return agent.state === state ? Promise.resolve() : comesTo(agent, state);
}

/** Resolves the next time that the agent comes to this state. */
export function comesTo(agent: Agent, state: AgentState): Promise<void> {
  return new Promise((resolve) => {
    const listener = agent.onDidChangeState((now) => {
      if (now !== state) return;
      listener.dispose();
      resolve();
    });
  });
}

/** A file of the workspace that is open in this window. */
export function workspaceUri(...parts: string[]): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, 'a folder is open');
  return vscode.Uri.joinPath(folder.uri, ...parts);
}

/** Opens a file of the workspace, with these lines selected (from 0, the last one not included). */
export async function openFile(path: string, lines?: [number, number]): Promise<vscode.TextEditor> {
  const document = await vscode.workspace.openTextDocument(workspaceUri(...path.split('/')));
  const editor = await vscode.window.showTextDocument(document);
  const [first, end] = lines ?? [0, 0];
  editor.selection = new vscode.Selection(first, 0, end, 0);
  return editor;
}

export async function writeFile(path: string, text: string): Promise<vscode.Uri> {
  const uri = workspaceUri(...path.split('/'));
  await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
  return uri;
}

/** What the panel may ask of the editor, with these settings; nobody presses the buttons on code. */
export function hostWith(settings: Settings): ReturnType<typeof createEditorHost> {
  return createEditorHost({
    codeBlocks: {
      apply: async () => ({ outcome: 'unchanged' }),
      newFile: async () => ({ shown: false }),
    },
    settings: () => settings,
    modelAddress: async () => settings.ollamaUrl,
    showLedger: async () => {},
    showLog: () => {},
  });
}
