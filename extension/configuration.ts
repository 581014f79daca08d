import * as vscode from 'vscode';
import type { Caller, Settings } from '../runtime/types/host.ts';
import { readSettings, type SettingProblem, withHidden } from './settings.ts';

/** As many as a call may name. */
const MAX_FOLDERS = 50;

/**
 * The settings as they are now, read again only when they change. A bad value is told of once, by the name of
 * its setting.
 */
export class Configuration implements vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changes.event;
  private readonly subscription: vscode.Disposable;
  private readonly warned = new Set<string>();
  private cached: Settings | undefined;

  constructor() {
    this.subscription = vscode.workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration('zoey') && !event.affectsConfiguration('files.exclude')) return;
      this.cached = undefined;
      this.changes.fire();
    });
  }

  get settings(): Settings {
    if (this.cached) return this.cached;
    // `zoey.exclude` may be set for each folder; the agent works in the first.
    const scope = vscode.workspace.workspaceFolders?.[0]?.uri ?? null;
    const section = vscode.workspace.getConfiguration('zoey', scope);
    const { settings, problems } = readSettings((key) => section.get(key));
    for (const problem of problems) void this.warn(problem);
    this.cached = withHidden(settings, vscode.workspace.getConfiguration('files', scope).get('exclude'));
    return this.cached;
  }

  /** Who calls, for each call. The agent works in the first folder, and only in one on a disk. */
  caller(): Caller {
    const uri = vscode.workspace.workspaceFolders?.[0]?.uri;
    return {
      host: 'editor',
      trusted: vscode.workspace.isTrusted,
      settings: this.settings,
      ...(uri?.scheme === 'file' && { workspace: uri.fsPath, folders: furtherFolders() }),
    };
  }

  dispose(): void {
    this.subscription.dispose();
    this.changes.dispose();
  }

  private async warn({ setting, fallback }: SettingProblem): Promise<void> {
    if (this.warned.has(setting)) return;
    this.warned.add(setting);
    const open = 'Open Settings';
    const chosen = await vscode.window.showWarningMessage(
      `The setting "${setting}" has a value that can't be used. Its default, ${fallback}, is used instead.`,
      open,
    );
    if (chosen === open) await openSettings(setting);
  }
}

/** The folders after the first that are on a disk. */
function furtherFolders(): { path: string; name: string }[] {
  const [, ...further] = vscode.workspace.workspaceFolders ?? [];
  return further
    .filter(({ uri }) => uri.scheme === 'file')
    .slice(0, MAX_FOLDERS)
    .map(({ uri, name }) => ({ path: uri.fsPath, name }));
}

/** Where Ollama is differs from machine to machine, so a window on another one keeps it apart. */
const PER_MACHINE = 'zoey.ollama.url';

/** Opens the settings at a key, on the page where that key can be set in this window. */
export async function openSettings(query: string): Promise<void> {
  const apart = query === PER_MACHINE && vscode.env.remoteName !== undefined;
  const command = apart ? 'workbench.action.openRemoteSettings' : 'workbench.action.openSettings';
  await vscode.commands.executeCommand(command, { query });
}
