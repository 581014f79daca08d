import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { contract } from '../../../runtime/protocol/contract.ts';
import { CommandLine, outputLines, zoey } from '../../support/hosts/commandLine.ts';
import { readEvents } from '../../support/hosts/fakeRuntime.ts';
import { Member } from '../../support/hosts/members.ts';
import { emptyFolder } from '../../support/hosts/programs.ts';

describe('zoey invoke', () => {
  let storage: string;

  beforeEach(() => {
    storage = emptyFolder();
  });

  const invoke = (...args: string[]) => zoey(['invoke', ...args, '--storage', storage]);
  const codes = (out: string) => outputLines(out).map((line) => ('error' in line ? line.error.code : 'ok'));

  it('prints the result as one line and nothing else', async () => {
    const { status, out, err } = await invoke('memory.add', '{"id":"a","text":"one"}');
    assert.deepEqual([status, out, err], [0, '{"result":{"id":"a"}}\n', '']);
  });

  it('prints a line for each chunk before the result', async () => {
    const { status, out } = await invoke('chat.send', '{"text":"one two"}');
    const lines = outputLines(out);
    assert.equal(status, 0);
    assert.deepEqual(
      lines.map((line) => Object.keys(line)[0]),
      [...Array(5).fill('chunk'), 'result'],
    );
    assert.deepEqual(lines[2], { chunk: { type: 'text', delta: 'one ' } });
  });

  it('prints an error with its hint, and fails', async () => {
    const { status, out, err } = await invoke('chat.send', '{"text":"fail"}');
    assert.equal(status, 1);
    assert.deepEqual(outputLines(out).at(-1), {
      error: {
        code: 'model_stopped',
        message: 'The model stopped.',
        hint: 'Go on, or try again. The log of Ollama may say why.',
      },
    });
    assert.equal(err, '');
  });

  it('reads the input from standard input for "-"', async () => {
    const { status, out } = await zoey(
      ['invoke', 'memory.add', '-', '--storage', storage],
      '{"id":"b","text":"ü"}',
    );
    assert.deepEqual([status, out], [0, '{"result":{"id":"b"}}\n']);
  });

  it('fails in JSON for an unknown function, for no JSON and for a memory that does not open', async () => {
    assert.deepEqual(await invoke('memory.eat').then(({ status, out }) => [status, codes(out)]), [
      1,
      ['invalid_input'],
    ]);
    assert.deepEqual(await invoke('status', '{').then(({ status, out }) => [status, codes(out)]), [
      1,
      ['invalid_input'],
    ]);
    fs.writeFileSync(path.join(storage, 'refuse'), '');
    assert.deepEqual(await invoke('status').then(({ status, out }) => [status, codes(out)]), [
      1,
      ['storage_corrupt'],
    ]);
  });

  it('works beside a process that owns the memory, and leaves it the owner', async () => {
    const owner = new Member(storage);
    try {
      await owner.call('status');
      const { status } = await invoke('memory.add', '{"text":"from the terminal"}');
      assert.equal(status, 0);
      const events = readEvents(path.join(storage, 'events.jsonl'));
      assert.deepEqual(
        events.map(({ event, pid }) => [event, pid]),
        [['open', owner.pid]],
      );
      assert.equal((await owner.call('status')).role, 'owner');
    } finally {
      await owner.kill();
    }
  });

  it('closes the memory when it is done', async () => {
    await invoke('status');
    assert.deepEqual(
      readEvents(path.join(storage, 'events.jsonl')).map(({ event }) => event),
      ['open', 'close'],
    );
    assert.equal(fs.existsSync(path.join(storage, 'owner.lock')), false);
  });

  it('stops at Ctrl+C with an error of its own', async () => {
    const running = new CommandLine(['invoke', 'models.pull', '{"name":"m"}', '--storage', storage]);
    await running.until(({ out }) => out.includes('"completed":3'));
    running.signal('SIGINT');
    const { status, out } = await running.end();
    assert.equal(status, 1);
    assert.equal(codes(out).at(-1), 'cancelled');
  });

  it('ends without a word when nobody reads any more', async () => {
    const running = new CommandLine(['invoke', 'models.pull', '{"name":"m"}', '--storage', storage]);
    await running.until(({ out }) => out.includes('"completed":3'));
    running.stopReading();
    const { status, err } = await running.end();
    assert.deepEqual([status, err], [1, '']);
    const events = readEvents(path.join(storage, 'events.jsonl')).map(({ event }) => event);
    assert.deepEqual(events, ['open', 'pull ended', 'close']);
  });

  it('writes what happens to standard error when asked', async () => {
    const { status, out, err } = await invoke('status', '--verbose');
    assert.equal(status, 0);
    assert.equal(outputLines(out).length, 1);
    assert.match(err, /info This process owns the memory\./);
  });

  describe('--batch', () => {
    const batch = (input: string) => zoey(['invoke', '--batch', '-', '--storage', storage], input);

    it('answers each line in its order', async () => {
      const { status, out } = await batch(
        '{"function":"memory.add","input":{"id":"1","text":"a"}}\n\n' +
          '{"function":"chat.send","input":{"text":"hi"}}\r\n' +
          '{"function":"memory.list"}',
      );
      const lines = outputLines(out);
      assert.equal(status, 0);
      assert.deepEqual(lines[0], { result: { id: '1' } });
      assert.deepEqual(lines.at(-1), { result: { items: [{ id: '1', text: 'a' }] } });
      assert.equal(lines.filter((line) => 'result' in line).length, 3);
    });

    it('goes on after a bad line and fails at the end', async () => {
      const { status, out } = await batch(
        'nonsense\n{"function":"no.such"}\n{"function":"status","inptu":{}}\n{"function":"memory.list"}\n',
      );
      assert.equal(status, 1);
      assert.deepEqual(codes(out), ['invalid_input', 'invalid_input', 'invalid_input', 'ok']);
    });

    it('answers a line before the next one has come', async () => {
      const running = new CommandLine(['invoke', '--batch', '-', '--storage', storage]);
      running.write('{"function":"memory.list"}\n');
      await running.until(({ out }) => out.includes('\n'));
      const { status, out } = await running.end('{"function":"memory.list"}\n');
      assert.equal(status, 0);
      assert.equal(outputLines(out).length, 2);
    });

    it('reads a file', async () => {
      const file = path.join(storage, 'calls.jsonl');
      fs.writeFileSync(file, '{"function":"memory.list"}\n'.repeat(3));
      const { status, out } = await invoke('--batch', file);
      assert.deepEqual([status, codes(out)], [0, ['ok', 'ok', 'ok']]);
    });

    it('says so when the file cannot be read', async () => {
      const { status, out } = await invoke('--batch', path.join(storage, 'none'));
      assert.deepEqual([status, codes(out)], [1, ['invalid_input']]);
    });

    it('is well with nothing to do', async () => {
      assert.deepEqual(await batch(''), { status: 0, out: '', err: '' });
    });
  });
});

describe('the zoey command line', () => {
  it('tells what it can, with every function', async () => {
    const { status, out, err } = await zoey(['--help']);
    assert.deepEqual([status, err], [0, '']);
    for (const name of Object.keys(contract)) assert.ok(out.includes(`  ${name} `), name);
    for (const line of out.split('\n')) assert.ok(line.length <= 130, line);
  });

  it('tells its version', async () => {
    const manifest = JSON.parse(fs.readFileSync(path.join(__dirname, '../../../package.json'), 'utf8'));
    assert.deepEqual(await zoey(['--version']), { status: 0, out: `${manifest.version}\n`, err: '' });
  });

  for (const args of [[], ['invoke', 'status', '--colour']]) {
    it(`shows its usage on standard error for "zoey ${args.join(' ')}"`, async () => {
      const { status, out, err } = await zoey(args);
      assert.deepEqual([status, out], [2, '']);
      assert.match(err, /^zoey: .+\n\nUsage:\n {2}zoey chat /);
    });
  }
});
