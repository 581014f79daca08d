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
      ...['--character', 'ada.json', '--plugins', '/p'],
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
            embeddingModel: '',
            embeddingFolder: '',
            completion: false,
            completionModel: '',
          },
        },
        own: { character: path.resolve('ada.json'), plugins: '/p' },
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

  it('name a database instead of a folder, best where nobody else can see it', () => {
    const url = 'postgresql://me:secret@host/db';
    const session = (...args: string[]) => {
      const command = parseCommand(['invoke', 'status', ...args]);
      assert.ok(command.kind === 'invoke');
      return command.session;
    };
    assert.equal(session('--storage', url).database, url);
    assert.equal(session('--storage', '/folder').database, undefined);
    process.env.ZOEY_STORAGE_URL = url;
    try {
      assert.equal(session().database, url);
      assert.equal(session('--storage', '/folder').database, undefined);
      assert.deepEqual(parseCommand(['storage', 'copy', '--from', 'here']), {
        kind: 'copy',
        from: 'here',
        to: url,
        verbose: false,
      });
      process.env.ZOEY_STORAGE_URL = 'mysql://host';
      assert.throws(() => session(), UsageError);
    } finally {
      delete process.env.ZOEY_STORAGE_URL;
    }
    assert.throws(() => parseCommand(['storage', 'copy', '--from', 'here']), UsageError);
    assert.throws(() => parseCommand(['storage', 'move']), UsageError);
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

  it('tell where to serve, by default on this machine alone, on any port', () => {
    const plain = parseCommand(['serve', '--storage', '/s']);
    assert.ok(plain.kind === 'serve');
    assert.deepEqual([plain.host, plain.port, plain.tokenFile], ['127.0.0.1', 0, undefined]);
    assert.equal(plain.session.caller.host, 'http');
    const told = parseCommand([
      ...['serve', '--storage', '/s', '--host', '::', '--port', '65535', '--token-file', 't'],
      ...['--model', 'm:1b', '--workspace', '.'],
    ]);
    assert.ok(told.kind === 'serve');
    assert.deepEqual([told.host, told.port, told.tokenFile], ['::', 65_535, 't']);
    assert.equal(told.session.caller.settings.model, 'm:1b');
  });

  it('choose the form of the reference', () => {
    assert.deepEqual(parseCommand(['functions']), { kind: 'functions', format: 'markdown' });
    assert.deepEqual(parseCommand(['functions', '--json']), { kind: 'functions', format: 'json' });
    assert.deepEqual(parseCommand(['functions', '--openapi']), { kind: 'functions', format: 'openapi' });
  });

  const wrong: [string, string[]][] = [
    ['a command that every object has', ['constructor']],
    ['an option of another command', ['chat', '--workspace', '.', '--port', '1']],
    ['a batch to serve', ['serve', '--storage', '/x', '--batch', '-']],
    ['a word for serve', ['serve', '4000', '--storage', '/x']],
    ['a port that is none', ['serve', '--storage', '/x', '--port', '65536']],
    ['a port below zero', ['serve', '--storage', '/x', '--port=-1']],
    ['a port in words', ['serve', '--storage', '/x', '--port', 'http']],
    ['an empty host', ['serve', '--storage', '/x', '--host', '']],
    ['nowhere to serve from', ['serve']],
    ['two forms of the reference', ['functions', '--json', '--openapi']],
    ['a storage for the reference', ['functions', '--storage', '/x']],
    ['no command', []],
    ['an unknown command', ['fly']],
    ['an unknown option', ['invoke', 'status', '--storage', '/x', '--colour']],
    ['an option without its value', ['invoke', 'status', '--storage']],
    ['an empty folder of plugins', ['invoke', 'status', '--storage', '/s', '--plugins', '']],
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
