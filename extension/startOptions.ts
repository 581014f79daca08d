import os from 'node:os';
import * as vscode from 'vscode';
import type { Agent } from './agent.ts';
import { START_KEYS } from './startSettings.ts';

/** What the agent is told at its start. */
export interface StartOptions {
  /** Absolute path of a character's file. */
  character?: string;
  /** The person's own plugins: not loaded where the workspace is not trusted. */
  plugins?: { folder: string; trusted: boolean };
}

/** Who answers and with which plugins, as it is set now. A workspace can't set it. */
export function startOptions(): StartOptions {
  const section = vscode.workspace.getConfiguration('zoey', null);
  const [character, folder] = START_KEYS.map((key) => pathOf(section.get(key)));
  return {
    ...(character !== undefined && { character }),
    ...(folder !== undefined && { plugins: { folder, trusted: vscode.workspace.isTrusted } }),
  };
}

/**
 * Starts a running agent anew when these settings change, or when trust lets plugins in. What of them could
 * not be used is shown, each thing once.
 */
export function followStartOptions(agent: Agent, showLog: () => void): vscode.Disposable {
  const told = new Set<string>();
  const restart = () => {
    if (agent.state !== 'stopped') void agent.restart();
  };
  return vscode.Disposable.from(
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (START_KEYS.some((key) => event.affectsConfiguration(`zoey.${key}`))) restart();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      if (startOptions().plugins) restart();
    }),
    agent.onDidChangeState((state) => {
      if (state !== 'running' || Object.keys(startOptions()).length === 0) return;
      // The state of the server tells of a server that is gone by now.
      tell(agent, told, showLog).catch(() => {});
    }),
  );
}

async function tell(agent: Agent, told: Set<string>, showLog: () => void): Promise<void> {
  const { notices = [] } = (await agent.invoke({ name: 'status', input: {} })) as { notices?: string[] };
  for (const notice of notices.filter((text) => !told.has(text))) {
    told.add(notice);
    void vscode.window.showWarningMessage(notice, 'Show Log').then((chosen) => chosen && showLog());
  }
}

/** "~" is the person's home, as in a shell. Undefined where nothing is set. */
function pathOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  return value.trim().replace(/^~(?=$|[\\/])/, os.homedir());
}
