import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { codingSteps } from '../../support/journeys/codingSteps.ts';
import { emptyRepository, oneWindow } from '../../support/journeys/oneWindow.ts';

// The model is a server that answers from a script in Ollama's form: what it says is invented.

const WRONG = 'export function add(a: number, b: number): number {\n  return a + c;\n}\n';
const RIGHT = WRONG.replace('c;', 'b;');
const TWO = `${WRONG}\n/** What stands between the two. */\nexport const between = 1;\n\n${WRONG.replace('add', 'sum')}`;
const files = {
  'src/add.ts': WRONG,
  'src/changed.ts': WRONG,
  'src/two.ts': TWO,
  'README.md': '# Sums\n',
  ...emptyRepository,
};
const code = (text: string) => `\`\`\`ts\n${text.trimEnd()}\n\`\`\``;

describe('coding in the editor', function () {
  const window = oneWindow(this, { files, settings: { 'git.enabled': true } });
  const { workbench, page, chat, model, line, answer, titleButton } = window;
  const { proposed, acceptAll, onDisk, calm } = codingSteps(window);
  const told = (text: string | RegExp) =>
    page().locator('.notification-list-item-message', { hasText: text }).first();
  const asked = () => model().asked().at(-1) ?? '';

  async function git(...args: string[]): Promise<void> {
    const who = ['-c', 'user.name=Kim', '-c', 'user.email=kim@example.com', '-c', 'commit.gpgsign=false'];
    await promisify(execFile)('git', [...who, ...args], { cwd: workbench().folder });
  }

  it('a problem is mended from the lightbulb: reviewed, accepted, told gone, undone', async () => {
    await workbench().openFile('add.ts');
    await page().locator('.squiggly-error').first().waitFor();
    await line('return a').click({ position: { x: 95, y: 8 } });
    model().answers.push(code(RIGHT));
    await workbench().quickFix('Fix with Zoey');
    await proposed('add.ts');
    await page().locator('.modified .view-line', { hasText: 'return a + b' }).waitFor();
    await workbench().screenshot('coding-fix');
    assert.match(asked(), /Cannot find name 'c'. \(ts 2304\)/);
    await titleButton('Accept This Change').click();
    // That `b` was never used is a hint of the language service, which goes as well.
    await told(/problems? (is|are) gone, none is new\./).waitFor();
    await page()
      .locator('.tab.active', { hasText: /^add\.ts/ })
      .waitFor();
    await line('return a + b').click();
    await workbench().saved();
    await page().keyboard.press('Control+Z');
    await line('return a + c').waitFor();
    await onDisk('src/add.ts', WRONG);
  });

  it('a change is reviewed hunk by hunk, in every theme', async () => {
    await workbench().openFile('two.ts');
    await page().locator('.editor-group-container.active .view-lines').click();
    await page().keyboard.press('Control+A');
    await page()
      .locator('.part.statusbar', { hasText: /selected\)/ })
      .waitFor();
    model().answers.push(code(TWO.replaceAll('c;', 'b;')));
    await answer('Zoey: Edit Code', 'Add the two arguments.');
    await proposed('two.ts');
    for (const theme of ['light', 'contrast', 'dark'] as const) {
      await workbench().setTheme(theme);
      await workbench().screenshot(`coding-review-${theme}`);
    }
    await titleButton('Reject This Change').click();
    await page().locator('.modified .view-line', { hasText: 'return a + c' }).waitFor();
    await workbench().screenshot('coding-review-rejected');
    await acceptAll();
    await onDisk('src/two.ts', TWO.replace(/c;(?![\s\S]*c;)/, 'b;'));
  });

  it('the source-control view writes the message; changes are reviewed, commits explained', async () => {
    await git('add', '.');
    await git('commit', '-m', 'feat: add the sums');
    await writeFile(path.join(workbench().folder ?? '', 'src/changed.ts'), WRONG.replace('a + c', 'c + a'));
    await workbench().runCommand('Source Control: Focus on Changes View');
    model().answers.push('fix: say what is returned');
    await page().locator('.scm-viewlet .monaco-list-row', { hasText: 'changed.ts' }).waitFor();
    await page().locator('.scm-viewlet .pane-header', { hasText: 'Changes' }).hover();
    await page().getByRole('button', { name: 'Write Commit Message' }).click();
    const input = page().locator('.scm-editor');
    await input.locator('.view-line', { hasText: 'fix: say what is returned' }).waitFor();
    await calm();
    await workbench().screenshot('coding-commit');
    const message = 'Nothing is called c. [More](https://example.com)';
    const finding = { line: 2, severity: 'error', message };
    model().answers.push(JSON.stringify({ findings: [finding] }));
    await workbench().runCommand('Zoey: Review Changes');
    await page().locator('.markers-panel', { hasText: 'Nothing is called c.' }).waitFor();
    await told('1 finding in 1 file.').waitFor();
    await calm();
    await workbench().screenshot('coding-findings');
    await workbench().openFile('changed.ts');
    await page().locator('.comment-range-glyph.comment-thread').click();
    const comment = page().locator('.review-widget', { hasText: message });
    await comment.waitFor();
    assert.equal(await comment.locator('a[href], a[data-href]').count(), 0, 'what a model wrote is no link');
    await workbench().screenshot('coding-comment');
    await workbench().runCommand('Zoey: Clear Review Findings');
    await comment.waitFor({ state: 'detached' });
    await workbench().openSidebar();
    model().answers.push('It came with two sums.');
    await workbench().runCommand('Zoey: Explain Commit…');
    await page().locator('.quick-input-list .monaco-list-row', { hasText: 'feat: add the sums' }).click();
    await chat().ended(chat().answers.first());
    assert.match(await chat().text(chat().answers.first()), /It came with two sums\./);
    assert.match(asked(), /\+export const between = 1;/);
  });

  it('a folder is summarised, a file explained, from the explorer and from the palette', async () => {
    await workbench().runCommand('View: Show Explorer');
    const row = (name: string) => page().locator('.explorer-viewlet .monaco-list-row', { hasText: name });
    await workbench().openMenu(row('src'));
    await workbench().screenshot('coding-explorer');
    model().answers.push('It adds numbers.');
    await workbench().choose('Summarise File or Folder');
    await chat().ended(chat().answers.first());
    assert.match(await chat().text(chat().answers.first()), /It adds numbers\./);
    await workbench().screenshot('coding-summary');
    await workbench().runCommand('View: Show Explorer');
    await workbench().openMenu(row('README.md'));
    model().answers.push('It is about sums.');
    await workbench().choose('Explain File');
    await chat().ended(chat().answers.nth(1));
    assert.match(await chat().text(chat().answers.nth(1)), /It is about sums\./);
    await workbench().openFile('two.ts');
    model().answers.push('Two sums, and what is between.');
    await workbench().runCommand('Zoey: Explain File');
    await chat().ended(chat().answers.nth(2));
    assert.match(asked(), /What stands between the two/);
  });
});
