import * as vscode from 'vscode';

// The part of the built-in Git extension's API (version 1) that is used: extensions/git/src/api/git.d.ts.

export interface GitRepository {
  readonly rootUri: vscode.Uri;
  readonly inputBox: { value: string };
  readonly state: {
    readonly indexChanges: readonly unknown[];
    readonly workingTreeChanges: readonly unknown[];
  };
  /** The staged changes with `cached`, else those of the working tree. */
  diff(cached?: boolean): Promise<string>;
  log(options?: { maxEntries?: number }): Promise<{ readonly hash: string; readonly message: string }[]>;
}

interface GitApi {
  /** The program that the editor found, or was told of. */
  readonly git: { readonly path: string };
  readonly repositories: readonly GitRepository[];
}

interface GitExtension {
  readonly enabled: boolean;
  getAPI(version: 1): GitApi;
}

/** The repository that the person means: of the source-control view, of the active file, or the only one. */
export async function gitRepository(of?: { rootUri?: vscode.Uri }): Promise<GitRepository | undefined> {
  const { repositories = [] } = (await gitApi()) ?? {};
  const same = (uri: vscode.Uri | undefined) =>
    uri && repositories.find(({ rootUri }) => rootUri.toString() === uri.toString());
  const active = vscode.window.activeTextEditor?.document.uri;
  const around =
    active &&
    [...repositories]
      .sort((a, b) => b.rootUri.path.length - a.rootUri.path.length)
      .find(({ rootUri }) => active.path.startsWith(`${rootUri.path}/`));
  return same(of?.rootUri) ?? around ?? repositories[0];
}

export async function gitProgram(): Promise<string> {
  return (await gitApi())?.git.path ?? 'git';
}

async function gitApi(): Promise<GitApi | undefined> {
  const extension = vscode.extensions.getExtension<GitExtension>('vscode.git');
  const git = extension && (await extension.activate());
  return git?.enabled ? git.getAPI(1) : undefined;
}

/** What is staged; where nothing is, what changed in the working tree. Empty where nothing changed. */
export async function changesOf(repository: GitRepository): Promise<{ diff: string; staged: boolean }> {
  const staged = await repository.diff(true);
  if (staged.trim() !== '') return { diff: staged, staged: true };
  return { diff: await repository.diff(false), staged: false };
}

/** Subjects of the latest commits, newest first: how messages are written here. */
export async function recentSubjects(repository: GitRepository): Promise<string[]> {
  const commits = await repository.log({ maxEntries: 20 }).catch(() => []);
  return commits
    .map(({ message }) => (message.split('\n')[0] ?? '').slice(0, 500))
    .filter((subject) => subject !== '');
}
