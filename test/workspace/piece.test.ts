import assert from 'node:assert/strict';
import { symlink } from 'node:fs/promises';
import path from 'node:path';
import { readPiece } from '../../runtime/workspace/piece.ts';
import { makeTree, removeTree } from './tree.ts';

describe('reading a piece', () => {
  let root = '';
  before(async () => {
    root = await makeTree({
      'in/src/a.ts': 'one\r\ntwo\nthree\nfour\n',
      'in/.env': 'TOKEN=abc',
      'in/image.dat': Buffer.from([1, 0, 2]),
      'in/large.txt': 'x'.repeat(512 * 1024 + 1),
      'in/wide.txt': `${'w'.repeat(150_000)}\n${'v'.repeat(150_000)}\n`,
      'in/config.ts': "a\nconst password = 'hunter2';\n",
      'in/odd.txt': '\ufeffa\fb',
      'in/empty.txt': '',
      'outside.ts': 'private',
    });
    const inside = path.join(root, 'in');
    await symlink('../outside.ts', path.join(inside, 'link.ts'));
    await symlink('.env', path.join(inside, 'harmless.ts'));
    await symlink('src/a.ts', path.join(inside, 'alias.ts'));
    root = inside;
  });
  after(() => removeTree(path.dirname(root)));

  const read = (file: string, startLine?: number, endLine?: number) =>
    readPiece(root, {
      path: file,
      ...(startLine !== undefined && { startLine }),
      ...(endLine !== undefined && { endLine }),
    });

  it('gives a whole file', async () => {
    assert.deepEqual(await read('src/a.ts'), {
      path: 'src/a.ts',
      startLine: 1,
      endLine: 4,
      text: 'one\ntwo\nthree\nfour',
    });
  });

  it('gives what an open editor shows, secrets redacted, of a file that is there and no secret', async () => {
    const live = (absolute: string) =>
      absolute.endsWith('.ts') ? "one\nconst password = 'hunter2';\n" : 'shown';
    const shown = await readPiece(root, { path: 'src/a.ts' }, { live });
    assert.match(shown.text, /^one\nconst password = .*redacted/);
    await assert.rejects(readPiece(root, { path: '.env' }, { live }), { code: 'invalid_input' });
    await assert.rejects(readPiece(root, { path: 'src/gone.ts' }, { live }), { code: 'not_found' });
  });

  it('gives some lines, both ends included, and no more than there are', async () => {
    assert.deepEqual(await read('src/a.ts', 2, 3), {
      path: 'src/a.ts',
      startLine: 2,
      endLine: 3,
      text: 'two\nthree',
    });
    assert.deepEqual(await read('src/a.ts', 4, 9), {
      path: 'src/a.ts',
      startLine: 4,
      endLine: 4,
      text: 'four',
    });
    assert.deepEqual(await read('src/a.ts', 3, 1), {
      path: 'src/a.ts',
      startLine: 3,
      endLine: 3,
      text: 'three',
    });
    assert.deepEqual(await read('empty.txt'), { path: 'empty.txt', startLine: 1, endLine: 1, text: '' });
  });

  it('takes an absolute path, and says where a link really leads', async () => {
    assert.equal((await read(path.join(root, 'src/a.ts'))).path, 'src/a.ts');
    assert.equal((await read('alias.ts')).path, 'src/a.ts');
    assert.equal((await read('src/../src/a.ts')).path, 'src/a.ts');
  });

  it('redacts, and keeps to characters that a message may carry', async () => {
    assert.equal((await read('config.ts', 2)).text, "const password = '[redacted: password]';");
    assert.equal((await read('odd.txt')).text, 'a\ufffdb');
  });

  it('gives as many whole lines as a message may carry', async () => {
    const piece = await read('wide.txt');
    assert.deepEqual([piece.endLine, piece.text.length], [1, 150_000]);
  });

  const refusals: [string, string, RegExp][] = [
    ['../outside.ts', 'invalid_input', /outside the open folder/],
    ['link.ts', 'invalid_input', /outside the open folder/],
    ['/etc/hostname', 'invalid_input', /outside the open folder/],
    ['.env', 'invalid_input', /may hold secrets/],
    ['harmless.ts', 'invalid_input', /may hold secrets/],
    ['image.dat', 'invalid_input', /not text/],
    ['large.txt', 'invalid_input', /larger than 512 kB/],
    ['src', 'invalid_input', /not a file/],
    ['gone.ts', 'not_found', /not there/],
  ];
  for (const [file, code, message] of refusals) {
    it(`refuses ${file}: ${message.source}`, () => assert.rejects(read(file), { code, message }));
  }

  it('says so where the lines are gone', () =>
    assert.rejects(read('src/a.ts', 5), { code: 'not_found', message: /has 4 lines/ }));
});
