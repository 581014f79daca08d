import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { until } from '../../support/journeys/until.ts';
import { code, Desk, review, reviewing } from './desk.ts';

const ADD = 'export function add(a: number, b: number): number {\n  return a - b;\n}\n';
const FIXED = ADD.replace('a - b', 'a + b');
/** Two functions that are far enough from each other to be changed apart. */
const TWO = `${ADD}\n\n// between\n\n\n${ADD.replace('add', 'sum')}`;

describe('commands that change code', function () {
  this.timeout(60_000);
  let desk: Desk;
  beforeEach(async () => {
    desk = await Desk.prepare();
  });
  afterEach(() => desk.clear());

  /** Answers a task on a file, and waits for its review. */
  async function proposed(id: `zoey.${string}`, answer: string) {
    desk.model.answers.push(answer);
    const done = desk.run(id);
    const ended = done.then(() => assert.fail(`no review: ${desk.person.told.join(' ')}`));
    return { done, ...(await Promise.race([review(), ended])) };
  }

  it('fix: the problem and its block go out; accepted, the problem is told gone; undone, all is as before', async () => {
    const { document } = await desk.open('src/add.ts', ADD, [1, 1]);
    const problems = vscode.languages.createDiagnosticCollection('test');
    const wrong = new vscode.Diagnostic(new vscode.Range(1, 9, 1, 14), 'Wrong sign');
    Object.assign(wrong, { source: 'math', code: { value: 7, target: document.uri } });
    problems.set(document.uri, [wrong]);
    const looks = vscode.workspace.onDidChangeTextDocument((event) => {
      if (event.document === document && document.getText() === FIXED) problems.delete(document.uri);
    });
    try {
      const { left, right, done } = await proposed('zoey.fix', code(FIXED.trimEnd()));
      const [request] = desk.requests;
      assert.equal(request?.target?.path, 'src/add.ts');
      assert.equal(request?.target?.text, ADD);
      assert.deepEqual(
        request?.diagnostics?.filter(({ source }) => source === 'math'),
        [{ message: 'Wrong sign', code: '7', source: 'math', severity: 'error', startLine: 2, endLine: 2 }],
      );
      assert.match(desk.model.asked()[0] ?? '', /Wrong sign \(math 7\)/);
      assert.equal(left.uri.toString(), document.uri.toString());
      assert.deepEqual([left.getText(), right.getText()], [ADD, FIXED]);
      await desk.reviews.accept('all');
      await done;
      assert.equal(document.getText(), FIXED);
      assert.equal(reviewing(), false);
      assert.match(desk.person.told.at(-1) ?? '', /^1 problem is gone/);
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand('undo');
      assert.equal(document.getText(), ADD);
    } finally {
      looks.dispose();
      problems.dispose();
    }
  });

  it('fix from the lightbulb: the place and the problem that it stands at', async () => {
    const { document } = await desk.open('src/add.ts', ADD);
    const problem = new vscode.Diagnostic(new vscode.Range(1, 2, 1, 8), 'Odd', 1);
    desk.model.answers.push(code(ADD.trimEnd()));
    await desk.run('zoey.fix', { uri: document.uri, range: problem.range, diagnostics: [problem] });
    assert.deepEqual(
      desk.requests[0]?.diagnostics?.map(({ message, severity }) => [message, severity]),
      [['Odd', 'warning']],
    );
    assert.match(desk.person.told[0] ?? '', /would leave the code as it is/);
    assert.equal(reviewing(), false);
  });

  it('fix from a menu, which hands over the file: where nothing is reported, that is said', async () => {
    const { document } = await desk.open('note.txt', 'All is well.\n');
    await desk.run('zoey.fix', document.uri);
    assert.match(desk.person.told[0] ?? '', /No problem is reported here/);
    assert.equal(desk.requests.length, 0);
  });

  it('edit: one hunk is accepted and one rejected; closing ends the rest', async () => {
    const { document } = await desk.open('src/two.ts', TWO, [0, TWO.split('\n').length - 1]);
    desk.person.types.push('Add, as the name says.');
    const { right, done } = await proposed('zoey.edit', code(TWO.replaceAll('a - b', 'a + b').trimEnd()));
    assert.equal(desk.requests[0]?.instruction, 'Add, as the name says.');
    assert.equal(right.getText(), TWO.replaceAll('a - b', 'a + b'));
    const lastOnly = TWO.replace(/a - b(?![\s\S]*a - b)/, 'a + b');
    desk.reviews.reject('one');
    await until('the first change out of sight', () => right.getText() === lastOnly);
    assert.equal(document.getText(), TWO);
    const line = () => vscode.window.activeTextEditor?.selection.active.line;
    await until('the cursor at the next change', () => line() === 9);
    await desk.reviews.accept('one');
    await done;
    assert.equal(document.getText(), lastOnly);
    assert.equal(reviewing(), false);
  });

  it('an accepted hunk that is undone in the document is open again', async () => {
    const { document } = await desk.open('src/two.ts', TWO, [0, TWO.split('\n').length - 1]);
    desk.person.types.push('Add.');
    const all = TWO.replaceAll('a - b', 'a + b');
    const { done } = await proposed('zoey.edit', code(all.trimEnd()));
    await desk.reviews.accept('one');
    assert.equal(document.getText(), TWO.replace('a - b', 'a + b'));
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), TWO);
    await vscode.commands.executeCommand('workbench.action.previousEditor');
    await review();
    await desk.reviews.accept('all');
    await done;
    assert.equal(document.getText(), all);
  });

  it('a closed review changes nothing', async () => {
    const { document } = await desk.open('src/add.ts', ADD, [0, 3]);
    desk.person.types.push('Add.');
    const { done } = await proposed('zoey.refactor', code(FIXED.trimEnd()));
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await done;
    assert.deepEqual([document.getText(), document.isDirty], [ADD, false]);
  });

  it('a document that changed while the model wrote is left alone', async () => {
    const { document } = await desk.open('src/add.ts', ADD, [0, 3]);
    desk.person.types.push('Add.');
    desk.model.answers.push(code(FIXED.trimEnd()));
    desk.meanwhile = async () => {
      const change = new vscode.WorkspaceEdit();
      change.insert(document.uri, new vscode.Position(0, 0), '// mine\n');
      await vscode.workspace.applyEdit(change);
    };
    await desk.run('zoey.edit');
    assert.deepEqual([document.getText(), reviewing()], [`// mine\n${ADD}`, false]);
    assert.match(desk.person.told[0] ?? '', /^src\/add\.ts changed meanwhile/);
  });

  it('a document that changed under the review is left alone', async () => {
    const { document } = await desk.open('src/add.ts', ADD, [0, 3]);
    desk.person.types.push('Add.');
    const { done } = await proposed('zoey.edit', code(FIXED.trimEnd()));
    const change = new vscode.WorkspaceEdit();
    change.insert(document.uri, new vscode.Position(0, 0), '// mine\n');
    await vscode.workspace.applyEdit(change);
    await desk.reviews.accept('all');
    assert.equal(document.getText(), `// mine\n${ADD}`);
    assert.match(desk.person.told.at(-1) ?? '', /changed meanwhile/);
    desk.reviews.reject('all');
    await done;
    assert.equal(document.getText(), `// mine\n${ADD}`);
  });

  for (const [what, text] of [
    ['line ends of Windows', ADD.replaceAll('\n', '\r\n')],
    ['tabs and no newline at the end', ADD.replaceAll('  ', '\t').trimEnd()],
  ] as const) {
    it(`keeps ${what}`, async () => {
      const { document } = await desk.open('src/kept.ts', text, [0, 3]);
      desk.person.types.push('Add.');
      const { done } = await proposed('zoey.edit', code(FIXED.trimEnd()));
      await desk.reviews.accept('all');
      await done;
      assert.equal(document.getText(), text.replace('a - b', 'a + b'));
      await document.save();
      const saved = await vscode.workspace.fs.readFile(document.uri);
      assert.equal(Buffer.from(saved).toString(), text.replace('a - b', 'a + b'));
    });
  }

  it('document: what it would change of the code is left out, and told', async () => {
    const { document } = await desk.open('src/add.ts', ADD, [0, 3]);
    const documented = `/** The sum. */\n${FIXED.trimEnd()}`;
    const { right, done } = await proposed('zoey.document', code(documented));
    assert.equal(right.getText(), `/** The sum. */\n${ADD}`);
    assert.match(desk.person.told.join(), /left out|leaves/i);
    await desk.reviews.accept('all');
    await done;
    assert.equal(document.getText(), `/** The sum. */\n${ADD}`);
  });

  it('tests: a new file is shown, and made only when it is accepted', async () => {
    const made = desk.willMake('src/add.test.ts');
    await desk.open('src/add.ts', ADD, [0, 3]);
    const test =
      "import { add } from './add';\n\nit('adds', () => {\n  if (add(1, 1) !== 2) throw new Error('no');\n});\n";
    const { left, right, done } = await proposed('zoey.generateTests', code(test.trimEnd()));
    assert.deepEqual([left.getText(), right.getText()], ['', test]);
    const there = () =>
      vscode.workspace.fs.stat(made).then(
        () => true,
        () => false,
      );
    assert.equal(await there(), false);
    await desk.reviews.accept('one');
    await done;
    assert.equal(Buffer.from(await vscode.workspace.fs.readFile(made)).toString(), test);
    const inFront = () => vscode.window.activeTextEditor?.document.uri.toString();
    await until('the new file in front', () => inFront() === made.toString());
  });

  it('generate: the cursor goes out, the lines come in there', async () => {
    const editor = await desk.open('src/add.ts', `${ADD}\n`);
    editor.selection = new vscode.Selection(3, 0, 3, 0);
    desk.person.types.push('The double of a number.');
    const twice = 'export const twice = (a: number): number => a * 2;';
    const { done } = await proposed('zoey.generate', code(twice));
    assert.deepEqual(desk.requests[0]?.target?.cursor, { line: 4, character: 0 });
    await desk.reviews.accept('all');
    await done;
    assert.ok(editor.document.getText().startsWith(`${ADD}${twice}\n`), editor.document.getText());
  });

  it('nothing goes out where nothing is typed, nor of a file of secrets', async () => {
    await desk.open('src/add.ts', ADD, [0, 3]);
    await desk.run('zoey.edit');
    await desk.run('zoey.generate');
    await desk.open('.env', 'TOKEN=1\n', [0, 1]);
    await desk.run('zoey.document');
    assert.equal(desk.requests.length, 0);
    assert.match(desk.person.told[0] ?? '', /^\.env looks like a file of secrets/);
  });

  it('an answer that leaves code out is refused, in words', async () => {
    await desk.open('src/add.ts', ADD, [0, 3]);
    desk.person.types.push('Add.', 'Add.');
    const elided = code('export function add(a: number, b: number): number {\n  // ... existing code ...\n}');
    desk.model.answers.push(elided, elided);
    await desk.run('zoey.edit');
    assert.equal(reviewing(), false);
    assert.match(desk.person.told[0] ?? '', /leaves code out/);
  });

  it('accepting without a review says so', async () => {
    await desk.reviews.accept('one');
    desk.reviews.reject('all');
    assert.deepEqual(desk.person.told, Array(2).fill('No proposed change is open in front.'));
  });
});
