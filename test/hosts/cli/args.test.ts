import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { parseCommand } from '../../../runtime/hosts/cli/args.ts';
import { UsageError } from '../../../runtime/hosts/cli/usage.ts';
import { emptyFolder } from '../../support/hosts/programs.ts';

describe('command line arguments', () => {
  it('become a call with its session', () => {
    const workspace = fs.realpathSync(emptyFolder());
    const command = parseCommand([
      'invoke',
      'chat.send',
      '{"text":"-x"}',
      ...['--storage', 'here', '--workspace', workspace, '--ollama', 'http://box:1234'],
      ...['--allow-host', 'box:1234', '--allow-host', 'other', '--model', 'm:1b', '--verbose'],
    ]);
    assert.deepEqual(command, {
      kind: 'invoke',
      name: 'chat.send',
      json: '{"text":"-x"}',
      session: {
        storageDir: path.resolve('here'),
        caller: {
          host: 'cli',
          trusted: true,
          workspace,
          settings: {
            ollamaUrl: 'http://box:1234',
            allowedHosts: ['box:1234', 'other'],
            model: 'm:1b',
            contextTokens: 8192,
            keepAlive: '10m',
            think: false,
            exclude: [],
          },
        },
        verbose: true,
      },
    });
  });

  it('leave the input and the settings to their defaults', () => {
    const command = parseCommand(['invoke', 'status', '--storage', '/s']);
    assert.ok(command.kind === 'invoke');
    assert.equal(command.json, '{}');
    assert.equal(command.session.caller.workspace, undefined);
    assert.equal(command.session.caller.settings.ollamaUrl, 'http://127.0.0.1:11434');
    assert.deepEqual(command.session.caller.settings.allowedHosts, []);
  });

  it('ask for help or the version whatever else is there', () => {
    assert.deepEqual(parseCommand(['chat', '-h']), { kind: 'help' });
    assert.deepEqual(parseCommand(['fly', '--version']), { kind: 'version' });
  });

  it('read a batch from where they say', () => {
    const command = parseCommand(['invoke', '--batch', '-', '--storage', '/s']);
    assert.ok(command.kind === 'batch');
    assert.equal(command.source, '-');
  });

  const wrong: [string, string[]][] = [
    ['no command', []],
    ['an unknown command', ['fly']],
    ['an unknown option', ['invoke', 'status', '--storage', '/x', '--colour']],
    ['an option without its value', ['invoke', 'status', '--storage']],
    ['an empty storage', ['invoke', 'status', '--storage', '']],
    ['no function', ['invoke', '--storage', '/x']],
    ['more than one input', ['invoke', 'status', '{}', '{}', '--storage', '/x']],
    ['a function beside a batch', ['invoke', 'status', '--batch', '-', '--storage', '/x']],
    ['neither storage nor workspace', ['invoke', 'status']],
    ['chat without a workspace', ['chat', '--storage', '/x']],
    ['chat with a batch', ['chat', '--workspace', '.', '--batch', '-']],
    ['chat with more words', ['chat', 'hello', '--workspace', '.']],
    ['a workspace that is a file', ['invoke', 'status', '--workspace', __filename]],
    ['a workspace that is not there', ['chat', '--workspace', '/no/such/folder']],
    ['a setting that is too long', ['chat', '--workspace', '.', '--model', 'm'.repeat(300)]],
  ];
  for (const [what, args] of wrong) {
    it(`are refused with ${what}`, () => {
      assert.throws(() => parseCommand(args), UsageError);
    });
  }
});
