import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import { gitRepository } from '../../../extension/editor/git.ts';
import { resolveAttachments } from '../../../extension/mentions/index.ts';
import { until } from '../../support/journeys/until.ts';
import { workspaceUri, writeFile } from './access.ts';
import { Desk } from './desk.ts';

const root = () => workspaceUri('shop');

async function git(...args: string[]): Promise<void> {
  const who = ['-c', 'user.name=Kim', '-c', 'user.email=kim@example.com', '-c', 'commit.gpgsign=false'];
  await promisify(execFile)('git', [...who, ...args], { cwd: root().fsPath });
}

interface OpensRepositories {
  readonly enabled: boolean;
  getAPI(version: 1): { openRepository(root: vscode.Uri): Promise<unknown> };
}

describe('commands about a Git repository', () => {
  const settings = () => vscode.workspace.getConfiguration('git');
  let desk: Desk;

  before(async () => {
    await writeFile('shop/cart.ts', 'export const total = 1;\n');
    await writeFile('shop/.env', 'TOKEN=one\n');
    await git('init', '--initial-branch=main');
    await git('add', '.');
    await git('commit', '-m', 'feat: add the cart\n\nWith a total.');
    await settings().update('enabled', true, vscode.ConfigurationTarget.Global);
    const extension = vscode.extensions.getExtension<OpensRepositories>('vscode.git');
    assert.ok(extension, 'Git is part of the editor');
    const exported = await extension.activate();
    await until('Git switched on', () => exported.enabled);
    await exported.getAPI(1).openRepository(root());
    await until('the repository', async () => (await gitRepository({ rootUri: root() })) !== undefined);
  });
  after(async () => {
    await settings().update('enabled', undefined, vscode.ConfigurationTarget.Global);
    await vscode.workspace.fs.delete(root(), { recursive: true });
  });

  beforeEach(async () => {
    desk = await Desk.prepare();
    await git('reset', '--hard');
  });
  afterEach(() => desk.clear());

  const inputBox = async () => {
    const repository = await gitRepository({ rootUri: root() });
    assert.ok(repository);
    return repository.inputBox;
  };

  it('commit message: what is staged and the latest subjects go out, the answer stands in the input', async () => {
    await writeFile('shop/cart.ts', 'export const total = 2;\n');
    await git('add', 'cart.ts');
    await writeFile('shop/cart.ts', 'export const total = 3;\n');
    const box = await inputBox();
    box.value = '';
    desk.model.answers.push('fix: count two\n');
    await desk.run('zoey.commitMessage', { rootUri: root() });
    const [request] = desk.requests;
    assert.match(request?.diff ?? '', /\+export const total = 2;/);
    assert.doesNotMatch(request?.diff ?? '', /total = 3/);
    assert.deepEqual(request?.style, ['feat: add the cart']);
    assert.equal(box.value, 'fix: count two');
  });

  it('/review in the chat takes the changes along, once; without any, that is said', async () => {
    const editor = await desk.open('shop/cart.ts', 'export const total = 4;\n');
    await vscode.window.showTextDocument(editor.document);
    const [added, ...others] = await resolveAttachments('/review it', []);
    assert.match(added?.text ?? '', /\+export const total = 4;/);
    assert.deepEqual([added?.kind, others], ['diff', []]);
    assert.equal((await resolveAttachments('/review', added ? [added] : [])).length, 1);
    assert.deepEqual(await resolveAttachments('/explain', []), []);
    await git('checkout', 'cart.ts');
    await assert.rejects(resolveAttachments('/commit', []), /no changes in this folder/);
    await assert.rejects(resolveAttachments('/review', []), /no changes in this folder/);
  });

  it('commit message: what was typed can be put back; without a staged change, all of it counts', async () => {
    await writeFile('shop/cart.ts', 'export const total = 3;\n');
    const box = await inputBox();
    box.value = 'my own words';
    desk.model.answers.push('fix: count three');
    desk.person.picks.push('Put It Back');
    await desk.run('zoey.commitMessage', { rootUri: root() });
    assert.match(desk.requests[0]?.diff ?? '', /total = 3/);
    assert.equal(box.value, 'my own words');
    box.value = '';
  });

  it('nothing goes out where nothing changed', async () => {
    await desk.run('zoey.commitMessage', { rootUri: root() });
    await desk.run('zoey.reviewChanges', { rootUri: root() });
    assert.equal(desk.requests.length, 0);
    assert.match(desk.person.told[0] ?? '', /^There is no change to look at/);
  });

  it('review: what is found is listed at its line, and can be cleared', async () => {
    await writeFile('shop/cart.ts', 'export const total = 3;\nexport const tax = total / 0;\n');
    const finding = { line: 2, severity: 'warning', message: 'Divides by zero.' };
    desk.model.answers.push(JSON.stringify({ findings: [finding] }));
    await desk.run('zoey.reviewChanges', { rootUri: root() });
    const listed = () =>
      vscode.languages
        .getDiagnostics(vscode.Uri.joinPath(root(), 'cart.ts'))
        .filter(({ source }) => source === 'zoey')
        .map(({ message, severity, range }) => [message, severity, range.start.line]);
    assert.deepEqual(listed(), [['Divides by zero.', vscode.DiagnosticSeverity.Warning, 1]]);
    assert.match(desk.person.told.at(-1) ?? '', /^1 finding in 1 file\./);
    await desk.run('zoey.clearFindings');
    assert.deepEqual(listed(), []);
  });

  it('review: that nothing was found is said', async () => {
    await writeFile('shop/cart.ts', 'export const total = 3;\n');
    desk.model.answers.push('{"findings": []}');
    await desk.run('zoey.reviewChanges', { rootUri: root() });
    assert.match(desk.person.told.at(-1) ?? '', /^Nothing was found in these changes/);
  });

  it('explain commit: what it changed goes to the chat, without files of secrets', async () => {
    const { document } = await desk.open('shop/other.ts', 'export {};\n');
    assert.ok(document);
    desk.person.picks.push('feat: add the cart');
    await desk.run('zoey.explainCommit');
    const [question] = desk.questions;
    assert.equal(question?.text, '/explain feat: add the cart');
    assert.equal(question?.send, true);
    const [attached] = question?.attachments ?? [];
    assert.match(attached?.label ?? '', /^Commit [0-9a-f]{8}$/);
    assert.match(attached?.text ?? '', /\+export const total = 1;/);
    assert.doesNotMatch(attached?.text ?? '', /TOKEN|\.env/);
  });
});
