import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { codingSteps } from '../../support/journeys/codingSteps.ts';
import { emptyRepository, oneWindow } from '../../support/journeys/oneWindow.ts';
import { until } from '../../support/journeys/until.ts';
import { type Llama, startLlama } from '../../support/llama/start.ts';

// The model is a server that answers from a script in Ollama's form, so what it says is invented; at the end a real
// llama.cpp answers, whose words are canned.

const sum = (name: string) =>
  `export function ${name}(a: number, b: number): number {\n  const r = a + b;\n  return r;\n}\n`;
const code = (text: string, language = 'ts') => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
const real = (expression: string) =>
  `export function real(a: number, b: number): number {\n  return ${expression};\n}\n`;

const files = {
  'package.json': '{ "name": "sums", "devDependencies": { "vitest": "3.0.0" } }\n',
  'src/refactored.ts': sum('refactored'),
  'src/documented.ts': sum('documented'),
  'src/generated.ts': `${sum('generated')}\n`,
  'src/tested.ts': sum('tested'),
  'src/named.ts': sum('named'),
  'src/uses.ts': "import { named } from './named';\n\nexport const three = named(1, 2);\n",
  'src/syntax.py': 'def total(items):\n    s = 0\n    for item in items:\n        s += item\n    return s\n',
  'src/applied.ts': sum('applied'),
  'src/slashed.ts': sum('slashed'),
  'src/completed.ts': `${sum('completed')}\n`,
  'src/mentioned.ts': `${sum('mentioned')}\nexport const odd: string = 1;\n`,
  'src/dropped.ts': sum('dropped'),
  'src/wrong.ts': 'export const wrong: number = missing;\n',
  'src/realFix.ts': real('a + c'),
  'src/realEdit.ts': real('a - b'),
  'src/staged.ts': sum('staged'),
  '.env': 'TOKEN=1\n',
  ...emptyRepository,
};

describe('coding actions, each where a person finds it', function () {
  const window = oneWindow(this, {
    files,
    // So that the rows of the terminal are text that can be read.
    settings: { 'git.enabled': true, 'terminal.integrated.gpuAcceleration': 'off' },
  });
  const { workbench, page, chat, model, line, answer } = window;
  const { menuOn, openAtEnd, proposed, acceptAll, onDisk, answered, chips, mention, measured } =
    codingSteps(window);

  const asked = () => model().asked().at(-1) ?? '';

  it('refactors from the menu of the editor', async () => {
    const better = sum('refactored').replace('const r = a + b;\n  return r;', 'return a + b;');
    model().answers.push(code(better));
    await menuOn('refactored.ts', 'return r');
    await workbench().choose('Zoey', 'Refactor…');
    const wish = page().getByPlaceholder('extract the retry loop into a function');
    await wish.fill('Without the variable.');
    await wish.press('Enter');
    await proposed('refactored.ts');
    assert.match(asked(), /Without the variable\./);
    await acceptAll();
    await onDisk('src/refactored.ts', better);
  });

  it('documents from the menu of the editor', async () => {
    const better = `/** Adds two numbers. */\n${sum('documented')}`;
    model().answers.push(code(better));
    await menuOn('documented.ts', 'return r');
    await workbench().choose('Zoey', 'Document');
    await proposed('documented.ts');
    await workbench().screenshot('coding-document');
    await acceptAll();
    await onDisk('src/documented.ts', better);
  });

  it('writes code at the cursor', async () => {
    const twice = 'export const twice = (a: number): number => a * 2;';
    model().answers.push(code(twice));
    await openAtEnd('generated.ts');
    await answer('Zoey: Generate Code Here…', 'The double of a number.');
    await proposed('generated.ts');
    await acceptAll();
    await line('export const twice').waitFor();
  });

  it("writes tests in the project's own framework, as a file that is made when it is accepted", async () => {
    const test =
      "import { expect, it } from 'vitest';\nimport { tested } from './tested';\n\nit('adds', () => expect(tested(1, 2)).toBe(3));\n";
    model().answers.push(code(test));
    await menuOn('tested.ts', 'return r');
    await workbench().choose('Zoey', 'Generate Tests');
    await proposed('tested.test.ts');
    assert.match(asked(), /vitest/i);
    await workbench().screenshot('coding-tests');
    await acceptAll();
    await onDisk('src/tested.test.ts', test);
  });

  it('suggests names, and gives the one that is picked in every file', async () => {
    model().answers.push('{ "names": ["plus", "addition"] }');
    // Who uses it has to be known to the language service.
    await workbench().openFile('uses.ts');
    await workbench().openFile('named.ts');
    await line('named').getByText('named', { exact: true }).click();
    await workbench().runCommand('Zoey: Suggest Names');
    await page().locator('.quick-input-list .monaco-list-row', { hasText: 'plus' }).click();
    const asked = page().locator('.monaco-dialog-box', { hasText: 'Rename named to plus in 2 files?' });
    await asked.waitFor();
    await workbench().screenshot('coding-rename-asked');
    await asked.getByRole('button', { name: 'Rename' }).click();
    await line('export function plus').waitFor();
    await workbench().openFile('uses.ts');
    await line('import { plus }').waitFor();
  });

  it('renames by syntax where the language has no service, as a change to review', async () => {
    model().answers.push('{ "names": ["result"] }');
    await workbench().openFile('syntax.py');
    await line('return').click();
    await page().keyboard.press('End');
    await workbench().runCommand('Zoey: Suggest Names');
    await page().locator('.quick-input-list .monaco-list-row', { hasText: 'result' }).click();
    await proposed('syntax.py');
    await workbench().screenshot('coding-rename');
    await acceptAll();
    await onDisk('src/syntax.py', files['src/syntax.py'].replace(/\bs\b/g, 'result'));
  });

  it('explains an error from the lightbulb', async () => {
    await workbench().openFile('wrong.ts');
    await page().locator('.squiggly-error').first().waitFor();
    await line('missing').getByText('missing').click();
    model().answers.push('Nothing is called `missing`.');
    await workbench().quickFix('Explain error with Zoey');
    assert.match(await answered(), /Nothing is called missing/);
    assert.match(asked(), /Cannot find name 'missing'/);
  });

  it('finds places of the workspace, and opens the one that is cited', async () => {
    model().answers.push('It is in [1].');
    await answer('Zoey: Find in Workspace…', 'where is three computed');
    await chat().question('/find where is three computed').waitFor();
    assert.match(await answered(), /^It is in 1/);
    await chat()
      .answers.getByRole('button', { name: /^Source 1, / })
      .click();
    await page().locator('.tab.active').waitFor();
  });

  it('takes what is selected in the terminal, which the clipboard does not keep, and what is remembered', async () => {
    const terminal = page().locator('.terminal-wrapper.active');
    const row = terminal.locator('.xterm-rows > div', { hasText: /^TypeError/ });
    await page().evaluate(() => navigator.clipboard.writeText('mine'));
    await workbench().runCommand('Terminal: Create New Terminal');
    await terminal.locator('.xterm-rows > div', { hasText: /\S/ }).first().waitFor();
    await terminal.locator('.xterm-screen').click({ force: true });
    await terminal.locator('.xterm.focus').waitFor();
    await page().keyboard.type('echo "TypeError: no function at uses (src/uses.ts:3:22)"\n');
    await row.click({ clickCount: 3, position: { x: 20, y: 8 }, force: true });
    await workbench().openMenu(row, { position: { x: 20, y: 8 }, force: true });
    model().answers.push('`named` is no function there [1].');
    await workbench().choose('Explain Terminal Selection');
    await chat().question('/trace TypeError: no function at uses').waitFor();
    assert.match(await answered(), /is no function there 1/);
    assert.match(asked(), /export const three/);
    await chat().exchange('/remember Sums are counted in cents.');
    await chat().begin();
    await mention('@terminal ', /^Terminal /);
    await mention('@memory cents', 'Sums are counted in cents.');
    await measured();
    await workbench().screenshot('coding-terminal-mention');
    model().answers.push('In cents.');
    await chat().exchange('Anything?');
    assert.match(asked(), /TypeError: no function at uses/);
    assert.match(asked(), /Sums are counted in cents\./);
    assert.equal(await page().evaluate(() => navigator.clipboard.readText()), 'mine');
  });

  it('puts a command into the terminal, and does not run it', async () => {
    model().answers.push(`Run this:\n\n${code('$ echo never-$((40+2))', 'bash')}`);
    await chat().exchange('Anything?');
    await chat().button('Put code block into terminal, bash').click();
    const rows = page().locator('.terminal-wrapper.active .xterm-rows');
    await rows.getByText('echo never-$((40+2))').first().waitFor();
    await workbench().screenshot('coding-terminal');
    assert.equal(await rows.getByText('never-42').count(), 0);
    await rows.click({ force: true });
    await page().keyboard.press('Enter');
    await rows.getByText('never-42').first().waitFor();
    await workbench().runCommand('Terminal: Kill the Active Terminal Instance');
  });

  it('waits with a stack trace from the clipboard until it is sent', async () => {
    const trace = 'Error: no\n    at uses (src/uses.ts:3:22)';
    await page().evaluate((text) => navigator.clipboard.writeText(text), trace);
    await workbench().runCommand('Zoey: Explain Stack Trace from Clipboard');
    await chat().drafts(`/trace ${trace}`);
    model().answers.push('It throws [1].');
    await chat().composer.press('Enter');
    assert.match(await answered(), /^It throws 1/);
  });

  it('offers code while one types where that is switched on; Tab takes it', async () => {
    await openAtEnd('completed.ts');
    await workbench().runCommand('Zoey: Switch Code Completion On or Off');
    const status = page().getByRole('button', { name: 'Zoey completes code: on' });
    await status.waitFor();
    await line('return').click();
    await page().keyboard.press('Control+End');
    // Between two keys that come slowly it is asked as well.
    model().answers.push(...Array<string>(7).fill('const half = completed(1, 2) / 2;'));
    await page().keyboard.type('export ');
    const ghost = page().locator('.ghost-text-decoration').first();
    await ghost.waitFor();
    await workbench().screenshot('coding-ghost-text');
    await page().locator('.suggest-widget.visible').waitFor({ state: 'hidden' });
    await page().keyboard.press('Tab');
    await line('export const half = completed(1, 2) / 2;').waitFor();
    await status.click();
    await status.waitFor({ state: 'hidden' });
  });

  it('completes mentions by keyboard, with what each costs', async () => {
    await workbench().openFile('mentioned.ts');
    await page().locator('.squiggly-error').first().waitFor();
    await line('return').click({ clickCount: 3 });
    for (const [typed, offered] of [
      ['@file dropp', 'dropped.ts'],
      ['@folder src', 'src'],
      ['@symbol mentioned', 'mentioned()'],
      ['@selection ', 'src/mentioned.ts:3'],
      ['@problems ', 'Problems in mentioned.ts'],
      ['@code the sum of two numbers', /./],
    ] as const) {
      await mention(typed, offered);
    }
    await measured();
    await workbench().screenshot('coding-mentions');
    model().answers.push('All are here.');
    await chat().exchange('Anything?');
    assert.match(asked(), /Type 'number' is not assignable to type 'string'/);
    assert.equal(await chips().count(), 0);
  });

  it('takes files that are dropped, as the window of a remote machine names them', async () => {
    const { host } = new URL(page().url());
    const named = (file: string) => `vscode-remote://${host}${workbench().folder}/${file}`;
    // The browser under test drops nothing into another frame, so the events are made in there.
    await chat()
      .frame.locator('body')
      .evaluate((body, list) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.setData('application/vnd.code.uri-list', list);
        for (const type of ['dragover', 'drop'])
          body.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));
      }, ['src/dropped.ts', 'src', '.env'].map(named).join('\n'));
    await chat().button('Remove src/').waitFor();
    await measured();
    await chat().button('Remove dropped.ts').click();
    await chat().button('Remove src/').click();
    await chat().frame.getByText('.env looks like a file of secrets').first().waitFor();
  });

  it('does with a code block what its buttons say', async () => {
    const better = sum('applied').replace('return r', 'return r + 0');
    model().answers.push(`In \`src/applied.ts\`:\n\n${code(better)}`);
    await openAtEnd('applied.ts');
    await chat().exchange('Anything?');
    await chat()
      .button(/^Copy code block/)
      .click();
    await until(
      'a copy',
      async () => (await page().evaluate(() => navigator.clipboard.readText())) === better.trimEnd(),
    );
    await chat()
      .button(/^Apply code block/)
      .click();
    await proposed('applied.ts');
    await acceptAll();
    await onDisk('src/applied.ts', better);
    await chat()
      .button(/^More for code block/)
      .click();
    await workbench().screenshot('coding-block-menu');
    await chat().frame.getByRole('menuitem', { name: 'New file' }).click();
    const where = page().locator('.quick-input-widget .quick-input-box input');
    await where.fill('src/made.ts');
    await where.press('Enter');
    await proposed('made.ts');
    await acceptAll();
    await onDisk('src/made.ts', better);
    await page().keyboard.press('Control+End');
    await chat()
      .button(/^More for code block/)
      .click();
    await chat().frame.getByRole('menuitem', { name: 'Insert at cursor' }).click();
    await onDisk('src/made.ts', better + better.trimEnd());
    await page().keyboard.press('Control+Z');
    await onDisk('src/made.ts', better);
  });

  it('looks at what is staged by slash commands, and takes it along as a mention', async () => {
    const { folder } = workbench();
    await promisify(execFile)('git', ['add', 'src/staged.ts'], { cwd: folder });
    await page().locator('.part.statusbar', { hasText: 'main' }).waitFor();
    const finding = { line: 2, severity: 'warning', message: 'The variable is not needed.' };
    model().answers.push(JSON.stringify({ findings: [finding] }));
    const review = await chat().exchange('/review ');
    assert.match(await chat().text(review), /src\/staged\.ts:2 warning: The variable is not needed\./);
    await workbench().screenshot('coding-chat-review');
    await review.getByRole('button', { name: /^Source 1, / }).click();
    await page().locator('.tab.active', { hasText: 'staged.ts' }).waitFor();
    await chat().begin();
    model().answers.push('feat: add a sum');
    assert.match(await chat().text(await chat().exchange('/commit ')), /add a sum/i);
    await chat().begin();
    await mention('@diff ', 'Staged changes');
    await measured();
    model().answers.push('A sum.');
    await chat().exchange('What is new?');
    assert.match(asked(), /\+export function staged/);
  });

  it('works on the open file by slash commands', async () => {
    await workbench().openFile('slashed.ts');
    // With a space behind it, a command is no longer being completed.
    for (const [command, words, shown] of [
      ['/explain ', 'It adds.', 'It adds.'],
      ['/summarise ', 'A sum.', 'A sum.'],
      ['/fix ', `Nothing is wrong:\n\n${code(sum('slashed'))}`, 'Nothing is wrong:'],
      ['/doc ', code(`/** Adds. */\n${sum('slashed')}`), '/** Adds. */'],
      ['/refactor Shorter.', code(sum('slashed').replace('const r', 'const s')), 'const s'],
      ['/edit Shorter.', code(sum('slashed').replace('const r', 'const t')), 'const t'],
      ['/tests ', code("it('adds', () => {});"), "it('adds'"],
    ] as const) {
      // After a few messages of one conversation, the model is also asked what is worth keeping of it.
      await chat().begin();
      await chat().button('Add slashed.ts').click();
      model().answers.push(words);
      const said = await chat().text(await chat().exchange(command));
      assert.ok(said.includes(shown), `${command}: ${said}`);
      assert.match(asked(), /slashed/, command);
    }
  });

  describe('with a real llama.cpp', () => {
    let llama: Llama;
    before(async () => {
      llama = await startLlama({ reply: `Add both:\n\n${code(real('a + b'))}` });
      await workbench().host.changeSettings({ 'zoey.ollama.url': llama.url });
      await chat().frame.locator('.model-name', { hasText: 'canned' }).waitFor();
    });
    after(async () => {
      await workbench().host.changeSettings({ 'zoey.ollama.url': model().url });
      await llama?.stop();
    });

    it('fixes a problem, and tells that it is gone', async () => {
      await workbench().openFile('realFix.ts');
      await page().locator('.squiggly-error').first().waitFor();
      await line('return').click();
      await workbench().runCommand('Zoey: Fix');
      await proposed('realFix.ts');
      await acceptAll();
      await page()
        .locator('.notification-list-item-message', { hasText: /problems? (is|are) gone/ })
        .first()
        .waitFor();
      await onDisk('src/realFix.ts', real('a + b'));
    });

    it('edits a selection as it is told', async () => {
      await workbench().openFile('realEdit.ts');
      await line('return').click();
      await answer('Zoey: Edit Code…', 'Add them.');
      await proposed('realEdit.ts');
      await acceptAll();
      await onDisk('src/realEdit.ts', real('a + b'));
    });

    it('explains a selection', async () => {
      await workbench().openFile('uses.ts');
      await line('import').click();
      await page().keyboard.press('Control+A');
      await page()
        .locator('.part.statusbar', { hasText: /selected\)/ })
        .waitFor();
      await workbench().runCommand('Zoey: Explain Selection');
      assert.match(await answered(), /^Add both:/);
      assert.ok((await llama.stats()).generated > 0);
    });
  });
});
