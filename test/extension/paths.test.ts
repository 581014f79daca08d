import assert from 'node:assert/strict';
import path from 'node:path';
import fc from 'fast-check';
import { innerParts, isLoopback, looksSecret, outerName } from '../../extension/paths.ts';

describe('paths that an answer cites', () => {
  it('are split where they lead into the folder', () => {
    assert.deepEqual(innerParts('src/a b/ü.ts'), ['src', 'a b', 'ü.ts']);
    assert.deepEqual(innerParts('./src//a.ts'), ['src', 'a.ts']);
  });

  it('are refused where they lead out of it, or nowhere', () => {
    const refused = [
      '',
      '.',
      '/etc/passwd',
      '../x',
      'a/../../x',
      'a/..',
      'C:/x',
      'file:///x',
      'a\\b',
      'a\0b',
    ];
    for (const one of refused) assert.equal(innerParts(one), undefined, one);
  });

  it('never lead out of the folder, whatever they are', () => {
    const piece = fc.constantFrom('..', '.', '', 'a', '/', '\\', 'C:', '\0', 'b.ts', '...', ' ');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), fc.constantFrom('/', ''), (pieces, glue) => {
        const parts = innerParts(pieces.join(glue));
        if (parts) assert.ok(path.posix.join('/root', ...parts).startsWith('/root/'));
      }),
    );
  });
});

describe('files of secrets, by their names', () => {
  const secret = [
    '.env',
    'a/.env.local',
    '.ENV',
    'server.key',
    'x/id_rsa',
    'id_ed25519.pub',
    '.npmrc',
    '.aws/config',
    '.ssh/known_hosts',
    'credentials.json',
    'secrets.yaml',
    'cert.pem',
    'service-account-prod.json',
    '.git/config',
  ];
  const plain = [
    '.env.example',
    '.env.sample',
    'environment.ts',
    'src/env.ts',
    'keyboard.ts',
    'a/secrets.ts',
    'secret-santa.md',
    '.gitignore',
    'credentials.ts',
    'monkey.ts',
    '.envoy/config.yaml',
  ];
  for (const one of secret) it(`${one} is one`, () => assert.equal(looksSecret(one), true));
  for (const one of plain) it(`${one} is none`, () => assert.equal(looksSecret(one), false));
});

describe('a file outside of the workspace', () => {
  it('is called by its name, and by the folder that makes it one of secrets', () => {
    assert.equal(outerName('/home/me/notes/a.md'), 'a.md');
    assert.equal(outerName('/home/me/.kube/config'), '.kube/config');
    assert.equal(outerName('/C:/Users/me/.AWS/sso/config'), '.AWS/sso/config');
    assert.equal(outerName('/'), '/');
    assert.ok(looksSecret(outerName('/home/me/.ssh/config')));
  });
});

describe('this machine', () => {
  it('is known by its names alone', () => {
    const hosts = ['localhost', '127.0.0.1', '127.1.2.3', '[::1]'];
    const others = ['127.0.0.1.example.net', 'localhost.example.net', '0.0.0.0', '192.168.0.2', 'box', ''];
    assert.deepEqual(
      hosts.map(isLoopback),
      hosts.map(() => true),
    );
    assert.deepEqual(
      others.map(isLoopback),
      others.map(() => false),
    );
  });
});
