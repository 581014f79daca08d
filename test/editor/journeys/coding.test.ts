import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { Chat } from '../../support/journeys/chat.ts';
import { journeys } from '../../support/journeys/journey.ts';
import { until } from '../../support/journeys/until.ts';
import { type Scripted, startScripted } from '../../support/ollama/scripted.ts';
import type { Workbench } from '../../support/workbench/workbench.ts';

// The model is a server that answers from a script in Ollama's form: what it says is invented.

const WRONG = 'export function add(a: number, b: number): number {\n  return a + c;\n}\n';
const RIGHT = WRONG.replace('c;', 'b;');
const TWO = `${WRONG}\n/** What stands between the two. */\nexport const between = 1;\n\n${WRONG.replace('add', 'sum')}`;
const files = { 'src/add.ts': WRONG, 'src/two.ts': TWO, 'README.md': '# Sums\n' };
const code = (text: string) => `\`\`\`ts\n${text.trimEnd()}\n\`\`\``;

describe('coding in the editor', function () {
  const { window, set } = journeys(this, { settings: { 'git.enabled': true } });
  let model: Scripted;

  before(async () => {
    model = await startScripted();
    await set({ 'zoey.ollama.url': model.url });
  });
  beforeEach(() => {
    model.answers.length = 0;
  });
  after(() => model?.stop());

  /** A button in the title of the editor that is in front. */
  const action = ({ page }: Workbench, name: string) =>
    page.locator('.editor-group-container.active .editor-actions').getByRole('button', { name });
  /** What was under way is over, and is not in the picture. */
  const calm = ({ page }: Workbench) =>
    page.locator('.notification-toast .monaco-progress-container.active').waitFor({ state: 'detached' });
  const told = ({ page }: Workbench, text: string | RegExp) =>
    page.locator('.notification-list-item-message', { hasText: text }).first();

  async function git({ folder }: Workbench, ...args: string[]): Promise<void> {
    assert.ok(folder);
    const who = ['-c', 'user.name=Kim', '-c', 'user.email=kim@example.com', '-c', 'commit.gpgsign=false'];
    await promisify(execFile)('git', [...who, ...args], { cwd: folder });
  }

  it('a problem is mended from the lightbulb: reviewed, accepted, told gone, undone', async () => {
    const workbench = await window(files);
    const { page } = workbench;
    await workbench.openFile('add.ts');
    await page.locator('.squiggly-error').first().waitFor();
    await page.locator('.view-line', { hasText: 'return a' }).click({ position: { x: 95, y: 8 } });
    model.answers.push(code(RIGHT));
    await workbench.quickFix('Fix with Zoey');
    await page.locator('.tab.active', { hasText: 'add.ts: proposed by Zoey' }).waitFor();
    await page.locator('.modified .view-line', { hasText: 'return a + b' }).waitFor();
    await calm(workbench);
    await workbench.screenshot('coding-fix');
    assert.match(model.asked().at(-1) ?? '', /Cannot find name 'c'. \(ts 2304\)/);
    await action(workbench, 'Accept This Change').click();
    // That `b` was never used is a hint of the language service, which goes as well.
    await told(workbench, /problems? (is|are) gone, none is new\./).waitFor();
    await page.locator('.tab.active', { hasText: /^add\.ts/ }).waitFor();
    await page.locator('.view-line', { hasText: 'return a + b' }).waitFor();
    await page.locator('.view-line', { hasText: 'return a' }).click();
    await workbench.saved();
    await page.keyboard.press('Control+Z');
    await page.locator('.view-line', { hasText: 'return a + c' }).waitFor();
    const file = path.join(workbench.folder ?? '', 'src/add.ts');
    await until('the file as it was', async () => (await readFile(file, 'utf8')) === WRONG);
  });

  it('a change is reviewed hunk by hunk, in every theme', async () => {
    const workbench = await window(files);
    const { page } = workbench;
    await workbench.openFile('two.ts');
    await page.locator('.editor-group-container.active .view-lines').click();
    await page.keyboard.press('Control+A');
    await page.locator('.part.statusbar', { hasText: /selected\)/ }).waitFor();
    model.answers.push(code(TWO.replaceAll('c;', 'b;')));
    await workbench.runCommand('Zoey: Edit Code');
    const asked = page.getByPlaceholder('return early where the list is empty');
    await asked.fill('Add the two arguments.');
    await asked.press('Enter');
    await page.locator('.tab.active', { hasText: 'two.ts: proposed by Zoey' }).waitFor();
    await calm(workbench);
    for (const theme of ['light', 'contrast', 'dark'] as const) {
      await workbench.setTheme(theme);
      await workbench.screenshot(`coding-review-${theme}`);
    }
    await action(workbench, 'Reject This Change').click();
    await page.locator('.modified .view-line', { hasText: 'return a + c' }).waitFor();
    await workbench.screenshot('coding-review-rejected');
    await action(workbench, 'Accept All Changes').click();
    await page.locator('.tab.active', { hasText: /^two\.ts/ }).waitFor();
    await page.keyboard.press('Control+S');
    const half = TWO.replace(/c;(?![\s\S]*c;)/, 'b;');
    const file = path.join(workbench.folder ?? '', 'src/two.ts');
    await until('the half on disk', async () => (await readFile(file, 'utf8')) === half);
  });

  it('the source-control view writes the message; changes are reviewed, commits explained', async () => {
    const home = await window(files);
    await git(home, 'init', '--initial-branch=main');
    await git(home, 'add', '.');
    await git(home, 'commit', '-m', 'feat: add the sums');
    const { page } = home;
    await writeFile(path.join(home.folder ?? '', 'src/add.ts'), WRONG.replace('a + c', 'c + a'));
    await home.reload();
    await home.runCommand('Source Control: Focus on Changes View');
    model.answers.push('fix: say what is returned');
    await page.locator('.scm-viewlet .monaco-list-row', { hasText: 'add.ts' }).waitFor();
    await page.locator('.scm-viewlet .pane-header', { hasText: 'Changes' }).hover();
    await page.getByRole('button', { name: 'Write Commit Message' }).click();
    const input = page.locator('.scm-editor');
    await input.locator('.view-line', { hasText: 'fix: say what is returned' }).waitFor();
    await calm(home);
    await home.screenshot('coding-commit');
    const message = 'Nothing is called c. [More](https://example.com)';
    const finding = { line: 2, severity: 'error', message };
    model.answers.push(JSON.stringify({ findings: [finding] }));
    await home.runCommand('Zoey: Review Changes');
    await page.locator('.markers-panel', { hasText: 'Nothing is called c.' }).waitFor();
    await told(home, '1 finding in 1 file.').waitFor();
    await calm(home);
    await home.screenshot('coding-findings');
    await home.openFile('add.ts');
    await page.locator('.comment-range-glyph.comment-thread').click();
    const comment = page.locator('.review-widget', { hasText: message });
    await comment.waitFor();
    assert.equal(await comment.locator('a[href], a[data-href]').count(), 0, 'what a model wrote is no link');
    await home.screenshot('coding-comment');
    await home.runCommand('Zoey: Clear Review Findings');
    await comment.waitFor({ state: 'detached' });
    const chat = await Chat.open(home);
    await chat.ready();
    model.answers.push('It came with two sums.');
    await home.runCommand('Zoey: Explain Commit…');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'feat: add the sums' }).click();
    await chat.ended(chat.answers.first());
    assert.match(await chat.text(chat.answers.first()), /It came with two sums\./);
    assert.match(model.asked().at(-1) ?? '', /\+export const between = 1;/);
  });

  it('a folder is summarised, a file explained, from the explorer and from the palette', async () => {
    const workbench = await window(files);
    const chat = await Chat.open(workbench);
    await chat.ready();
    const { page } = workbench;
    await workbench.runCommand('View: Show Explorer');
    const row = (name: string) => page.locator('.explorer-viewlet .monaco-list-row', { hasText: name });
    await workbench.openMenu(row('src'));
    await workbench.screenshot('coding-explorer');
    model.answers.push('It adds numbers.');
    await workbench.choose('Summarise File or Folder');
    await chat.ended(chat.answers.first());
    assert.match(await chat.text(chat.answers.first()), /It adds numbers\./);
    await workbench.screenshot('coding-summary');
    await workbench.runCommand('View: Show Explorer');
    await workbench.openMenu(row('README.md'));
    model.answers.push('It is about sums.');
    await workbench.choose('Explain File');
    await chat.ended(chat.answers.nth(1));
    assert.match(await chat.text(chat.answers.nth(1)), /It is about sums\./);
    await workbench.openFile('two.ts');
    model.answers.push('Two sums, and what is between.');
    await workbench.runCommand('Zoey: Explain File');
    await chat.ended(chat.answers.nth(2));
    assert.match(model.asked().at(-1) ?? '', /What stands between the two/);
  });
});
