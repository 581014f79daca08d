import * as vscode from 'vscode';
import { WireError } from '../runtime/types/errors.ts';
import type { Agent } from './agent.ts';
import { ofWorkspace } from './databaseUrl.ts';

/** Where the address is kept, password and all: in the editor's secret storage. */
const SECRET = 'zoey.database';
const SETTING = 'storage.location';

/** Where the agent is to keep its memory. The address goes to it by its environment, never as an argument. */
interface Place {
  location: 'workspace' | 'postgres';
  env: Record<string, string>;
}

interface DatabaseOptions {
  secrets: vscode.SecretStorage;
  /** Absolute path of the folder that is this workspace's own. */
  storageDir: string;
}

/** The database that the person may have set instead of the workspace's folder. */
export class Database {
  private readonly options: DatabaseOptions;
  /** An address that is being tried. It is kept once the agent has opened it. */
  private candidate: string | undefined;

  constructor(options: DatabaseOptions) {
    this.options = options;
  }

  async place(): Promise<Place> {
    const isSet = vscode.workspace.getConfiguration('zoey', null).get(SETTING) === 'postgres';
    const address = this.candidate ?? (isSet ? await this.options.secrets.get(SECRET) : undefined);
    const env = address ? { ZOEY_STORAGE_URL: ofWorkspace(address, this.options.storageDir) } : {};
    return { location: address || isSet ? 'postgres' : 'workspace', env };
  }

  /** Starts a running agent anew when another window has set another address. */
  follow(agent: Agent): vscode.Disposable {
    return this.options.secrets.onDidChange(({ key }) => {
      if (key === SECRET && this.candidate === undefined && agent.state !== 'stopped') void agent.restart();
    });
  }

  /** Asks for an address, tries it, and keeps it only where the agent could open it. */
  async set(agent: Agent): Promise<void> {
    const address = await vscode.window.showInputBox({
      title: 'Set Database',
      prompt:
        'Address of a PostgreSQL database. Leave it empty to keep the memory of each workspace in its own folder.',
      placeHolder: 'postgresql://USER:PASSWORD@HOST:5432/DATABASE',
      password: true,
      ignoreFocusOut: true,
    });
    if (address === undefined) return;
    if (address.trim() === '') return this.forget();
    this.candidate = address.trim();
    const problem = await this.tries(agent);
    if (problem === undefined) return this.keep(this.candidate);
    this.candidate = undefined;
    await agent.restart();
    const again = 'Try Again';
    const chosen = await vscode.window.showErrorMessage(`${problem.message} ${problem.hint}`, again);
    if (chosen === again) await this.set(agent);
  }

  /** Undefined where the agent has opened the candidate. */
  private async tries(agent: Agent): Promise<WireError | undefined> {
    try {
      await agent.restart();
      await agent.invoke({ name: 'status', input: {} });
      return undefined;
    } catch (error) {
      return WireError.parse((error as { data?: unknown }).data);
    }
  }

  private async keep(address: string): Promise<void> {
    await this.options.secrets.store(SECRET, address);
    await locate('postgres');
    this.candidate = undefined;
    void vscode.window.showInformationMessage(
      'Zoey keeps the memory of this workspace in the database now. To move what you had, run "zoey storage copy".',
    );
  }

  private async forget(): Promise<void> {
    await locate('workspace');
    await this.options.secrets.delete(SECRET);
  }
}

async function locate(location: Place['location']): Promise<void> {
  const target = vscode.ConfigurationTarget.Global;
  await vscode.workspace.getConfiguration('zoey', null).update(SETTING, location, target);
}
