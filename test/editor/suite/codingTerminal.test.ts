import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { putIntoTerminal } from '../../../extension/coding/codeBlocks.ts';
import { terminalSelection } from '../../../extension/editor/states.ts';
import { until } from '../../support/journeys/until.ts';
import { Desk } from './desk.ts';

/** A terminal whose program is this test. */
class Program implements vscode.Pseudoterminal {
  private readonly output = new vscode.EventEmitter<string>();
  readonly onDidWrite = this.output.event;
  /** What was typed so far. */
  typed = '';
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  open(): void {
    this.output.fire(this.text);
  }

  close(): void {
    this.output.dispose();
  }

  handleInput(data: string): void {
    this.typed += data;
  }
}

const TRACE = 'TypeError: no is not a function\r\n    at twice (src/greet.ts:2:10)\r\n';

describe('the terminal', () => {
  let desk: Desk;
  let terminal: vscode.Terminal | undefined;
  beforeEach(async () => {
    desk = await Desk.prepare();
  });
  afterEach(async () => {
    terminal?.dispose();
    await vscode.env.clipboard.writeText('');
    await desk.clear();
  });

  function show(text = ''): Program {
    const program = new Program(text);
    terminal = vscode.window.createTerminal({ name: 'test', pty: program });
    terminal.show();
    return program;
  }

  /** Selects all, once the terminal has drawn this. */
  const select = (text: string) =>
    until(`"${text}" selected in the terminal`, async () => {
      await vscode.commands.executeCommand('workbench.action.terminal.selectAll');
      return (await terminalSelection())?.text?.includes(text) ?? false;
    });

  it('explains what is selected there, and gives the clipboard back', async () => {
    show(TRACE);
    await select('greet.ts');
    await vscode.env.clipboard.writeText('mine');
    await desk.run('zoey.explainTerminal');
    const [question] = desk.questions;
    assert.match(question?.text ?? '', /^\/trace TypeError: no is not a function\n\s+at twice/);
    assert.equal(question?.send, true);
    assert.equal(await vscode.env.clipboard.readText(), 'mine');
  });

  it('sends nothing of the clipboard where nothing is selected', async () => {
    show(TRACE);
    await select('greet.ts');
    await vscode.commands.executeCommand('workbench.action.terminal.clearSelection');
    await vscode.env.clipboard.writeText('a password');
    await desk.run('zoey.explainTerminal');
    assert.deepEqual(desk.questions, []);
    assert.match(desk.person.told[0] ?? '', /^Copy the error, or select it/);
    assert.equal(await vscode.env.clipboard.readText(), 'a password');
  });

  it('waits with what the clipboard holds until it is sent', async () => {
    await vscode.env.clipboard.writeText('  Error: no\n    at twice (a.ts:1:1)\n');
    await desk.run('zoey.explainTrace');
    await vscode.env.clipboard.writeText(' ');
    await desk.run('zoey.explainTrace');
    assert.deepEqual(desk.questions, [{ text: '/trace Error: no\n    at twice (a.ts:1:1)', send: false }]);
    assert.equal(desk.person.told.length, 1);
  });

  it('is given a command that is not run, without what would run it', async () => {
    const program = show();
    await until('a terminal in front', () => vscode.window.activeTerminal === terminal);
    await putIntoTerminal('# build\n$ npm run build\u0003\u001b[201~\n');
    await until('the command', () => program.typed.includes('build'));
    assert.equal(program.typed, 'npm run build  [201~');
  });

  it('is given the one line that the person picks of several, or none', async () => {
    const program = show();
    await until('a terminal in front', () => vscode.window.activeTerminal === terminal);
    await putIntoTerminal('npm ci\nnpm test\n');
    desk.person.picks.push('npm test');
    await putIntoTerminal('npm ci\nnpm test\n');
    await until('the command', () => program.typed !== '');
    assert.equal(program.typed, 'npm test');
  });
});
