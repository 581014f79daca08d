import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { CommandLine } from '../../support/hosts/commandLine.ts';
import { emptyFolder } from '../../support/hosts/programs.ts';

describe('zoey chat', () => {
  let workspace: string;
  let storage: string;

  beforeEach(() => {
    workspace = emptyFolder();
    storage = emptyFolder();
  });

  const start = () => new CommandLine(['chat', '--workspace', workspace, '--storage', storage]);
  const SOURCES = '\nSources:\n  [1] src/a.ts:3-9\n';

  it('answers the lines of a pipe, with nothing but answers on standard output', async () => {
    const { status, out, err } = await start().end('hello there\n\nand you');
    assert.equal(status, 0);
    assert.equal(out, `hello there \n${SOURCES}and you \n${SOURCES}`);
    assert.equal(err, 'Thinking\nThinking\n');
  });

  it('writes words as they come', async () => {
    const chat = start();
    chat.write('first wait\n');
    await chat.until(({ out }) => out === 'first ');
    chat.signal('SIGINT');
    await chat.until(({ err }) => err.includes('Stopped.'));
    assert.equal((await chat.end()).status, 0);
  });

  it('stops the answer at Ctrl+C and goes on; at the prompt it leaves', async () => {
    const chat = start();
    chat.write('one wait\n');
    await chat.until(({ out }) => out === 'one ');
    chat.signal('SIGINT');
    await chat.until(({ err }) => err.includes('Stopped.\n'));
    chat.write('two\n');
    await chat.until(({ out }) => out.includes(`two \n${SOURCES}`));
    chat.write('/help\n');
    await chat.until(({ err }) => err.includes('/quit'));
    chat.signal('SIGINT');
    assert.equal((await chat.ended()).status, 0);
  });

  it('keeps one conversation until /new', async () => {
    const chat = start();
    const { out } = await chat.end('room?\nroom?\n/new\nroom?\n');
    const rooms = [...out.matchAll(/^room ([0-9a-f-]+)/gm)].map(([, room]) => room);
    assert.equal(rooms.length, 3);
    assert.equal(rooms[0], rooms[1]);
    assert.notEqual(rooms[1], rooms[2]);
  });

  it('lists conversations and goes on with one', async () => {
    const { out, err } = await start().end('room?\n/new\n/rooms\n/rooms 1\nroom?\n/rooms 9\n');
    const rooms = [...out.matchAll(/^room ([0-9a-f-]+)/gm)].map(([, room]) => room);
    assert.equal(rooms[0], rooms[1]);
    assert.match(err, / {2} 1 {2}room\?\n/);
    assert.match(err, /Going on with "room\?"\./);
    assert.match(err, /There is no conversation 9 in the list\./);
  });

  it('shows and chooses the model', async () => {
    const { err } = await start().end('/model\n/model other:1b\n');
    assert.equal(err, 'fake:1b is ready\n  fake:1b\n  other:1b\nother:1b is ready\n');
  });

  it('tells what went wrong, goes on, and fails at the end', async () => {
    const { status, out, err } = await start().end('say fail\nbetter\n/fly\n');
    assert.equal(status, 1);
    assert.equal(out, `say \nbetter \n${SOURCES}`);
    assert.match(err, /The model stopped\.\nGo on, or try again\./);
    assert.match(err, /There is no command \/fly\./);
  });

  it('lets no answer steer the terminal', async () => {
    const { out } = await start().end('a\u001b]52;c;aGk=\u0007b\u009b2J\u0008\u007f\n');
    assert.equal(out, `a]52;c;aGk=b2J \n${SOURCES}`);
  });

  it('leaves with /quit and reads no further', async () => {
    const { status, out } = await start().end('/quit\nhello\n');
    assert.deepEqual([status, out], [0, '']);
  });

  it('ends without a word when nobody reads any more', async () => {
    const chat = start();
    chat.write('first big big big wait\n');
    await chat.until(({ out }) => out.startsWith('first '));
    chat.stopReading();
    chat.write('more\n');
    chat.signal('SIGINT');
    const { status, err } = await chat.end();
    assert.equal(status, 1);
    assert.doesNotMatch(err, /EPIPE|Error/);
  });

  it('keeps the memory in the data folder of the user, one for each workspace and its links', async () => {
    const data = emptyFolder();
    const link = path.join(emptyFolder(), 'link');
    fs.symlinkSync(workspace, link);
    for (const folder of [workspace, link, emptyFolder()]) {
      const chat = new CommandLine(['chat', '--workspace', folder], { env: { XDG_DATA_HOME: data } });
      assert.equal((await chat.end('hello\n')).status, 0);
    }
    const kept = path.join(data, 'zoey', 'workspaces');
    assert.equal(fs.readdirSync(kept).length, 2);
    for (const name of fs.readdirSync(kept)) assert.match(name, /^[0-9a-f]{32}$/);
  });
});
