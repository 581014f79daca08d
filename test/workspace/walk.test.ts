import assert from 'node:assert/strict';
import { mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { nodeFileSystem } from '../../runtime/workspace/fileSystem.ts';
import { type WalkOptions, walk } from '../../runtime/workspace/walk.ts';
import { addFiles, makeTree, never, removeTree } from './tree.ts';

describe('walk', () => {
  let root = '';
  afterEach(() => removeTree(root));

  async function walked(options: Partial<WalkOptions> = {}, from = root): Promise<string[]> {
    const paths: string[] = [];
    for await (const file of walk(from, { signal: never, ...options })) paths.push(file.path);
    return paths;
  }

  it('gives the files of a folder, the shallow ones first, by name', async () => {
    root = await makeTree({ 'b/c/deep.ts': 'x', 'b/z.ts': 'x', 'a/y.ts': 'x', 'z.md': 'x', 'B.md': 'x' });
    assert.deepEqual(await walked(), ['B.md', 'z.md', 'a/y.ts', 'b/z.ts', 'b/c/deep.ts']);
  });

  it('tells size and time', async () => {
    root = await makeTree({ 'a.ts': 'four' });
    for await (const file of walk(root, { signal: never })) {
      assert.equal(file.bytes, 4);
      assert.equal(file.absolute, path.join(root, 'a.ts'));
      assert.ok(file.mtimeMs > 0);
    }
  });

  it('follows ignore files, those below over those above', async () => {
    root = await makeTree({
      '.gitignore': '*.log\n/only-here.txt\nout/\n!keep.log\n',
      'a.log': 'x',
      'keep.log': 'x',
      'only-here.txt': 'x',
      'sub/only-here.txt': 'x',
      'out/built.js': 'x',
      'sub/out/built.js': 'x',
      'sub/.gitignore': '!special.log\nlocal.ts\n',
      'sub/special.log': 'x',
      'sub/other.log': 'x',
      'sub/local.ts': 'x',
      'local.ts': 'x',
    });
    assert.deepEqual(await walked(), [
      '.gitignore',
      'keep.log',
      'local.ts',
      'sub/.gitignore',
      'sub/only-here.txt',
      'sub/special.log',
    ]);
  });

  it('goes into a folder that an ignore file below takes back', async () => {
    root = await makeTree({
      '.gitignore': 'lib/\n*.log\n',
      'lib/a.ts': 'x',
      'sub/.gitignore': '!lib/\n',
      'sub/lib/b.ts': 'x',
      'sub/lib/b.log': 'x',
    });
    assert.deepEqual(await walked(), ['.gitignore', 'sub/.gitignore', 'sub/lib/b.ts']);
  });

  it('lets nothing undo what .zoeyignore leaves out', async () => {
    root = await makeTree({
      '.zoeyignore': 'private/\n',
      'private/a.ts': 'x',
      '.gitignore': '!private/',
      'b.ts': 'x',
    });
    assert.deepEqual(await walked(), ['.gitignore', '.zoeyignore', 'b.ts']);
  });

  it('follows .git/info/exclude and the ignore files of the repository above', async () => {
    root = await makeTree({
      '.git/info/exclude': 'noted.txt\n',
      '.gitignore': '/packages/app/gen\n*.tmp\n',
      'packages/.gitignore': 'far.ts\n',
      'packages/app/gen/a.ts': 'x',
      'packages/app/noted.txt': 'x',
      'packages/app/far.ts': 'x',
      'packages/app/b.tmp': 'x',
      'packages/app/c.ts': 'x',
    });
    assert.deepEqual(await walked({}, path.join(root, 'packages/app')), ['c.ts']);
  });

  it('walks a folder that was opened although its repository leaves it out', async () => {
    root = await makeTree({ '.git/HEAD': 'x', '.gitignore': 'build/\n', 'build/a.ts': 'x' });
    assert.deepEqual(await walked({}, path.join(root, 'build')), ['a.ts']);
    assert.deepEqual(await walked(), ['.gitignore']);
  });

  it('never gives secret files, folders of tools, lock files or what is no text by its ending', async () => {
    root = await makeTree({
      '.env': 'x',
      '.env.example': 'x',
      'server.key': 'x',
      '.ssh/config': 'x',
      '.git/config': 'x',
      'node_modules/a/index.js': 'x',
      'sub/node_modules/a/index.js': 'x',
      'package-lock.json': 'x',
      'app.min.js': 'x',
      'logo.png': 'x',
      'empty.ts': '',
      'large.txt': 'x'.repeat(512 * 1024 + 1),
      'fits.txt': 'x'.repeat(512 * 1024),
      'a.ts': 'x',
    });
    assert.deepEqual(await walked(), ['.env.example', 'a.ts', 'fits.txt']);
  });

  const globs: [string, string[]][] = [
    ['**/dist', ['a.ts', 'src/b.log', 'src/gen/c.ts']],
    ['**/*.log', ['a.ts', 'dist/x.ts', 'src/dist/y.ts', 'src/gen/c.ts']],
    ['*.log', ['a.ts', 'dist/x.ts', 'src/dist/y.ts', 'src/gen/c.ts']],
    ['dist', ['a.ts', 'src/b.log', 'src/gen/c.ts']],
    ['/dist', ['a.ts', 'src/b.log', 'src/dist/y.ts', 'src/gen/c.ts']],
    ['./dist/', ['a.ts', 'src/b.log', 'src/dist/y.ts', 'src/gen/c.ts']],
    ['src/gen', ['a.ts', 'dist/x.ts', 'src/b.log', 'src/dist/y.ts']],
    ['src/**', ['a.ts', 'dist/x.ts']],
    ['src/**/*.ts', ['a.ts', 'dist/x.ts', 'src/b.log']],
    ['**/{dist,gen}/**', ['a.ts', 'src/b.log']],
    ['{src/{gen,dist},a.ts}', ['dist/x.ts', 'src/b.log']],
    ['src\\gen', ['a.ts', 'dist/x.ts', 'src/b.log', 'src/dist/y.ts']],
    ['**', []],
    ['', ['a.ts', 'dist/x.ts', 'src/b.log', 'src/dist/y.ts', 'src/gen/c.ts']],
    ['!a.ts', ['a.ts', 'dist/x.ts', 'src/b.log', 'src/dist/y.ts', 'src/gen/c.ts']],
    ['#', ['a.ts', 'dist/x.ts', 'src/b.log', 'src/dist/y.ts', 'src/gen/c.ts']],
  ];
  for (const [glob, expected] of globs) {
    it(`leaves out what the setting "${glob}" names`, async () => {
      root = await makeTree({
        'a.ts': 'x',
        'src/b.log': 'x',
        'src/gen/c.ts': 'x',
        'dist/x.ts': 'x',
        'src/dist/y.ts': 'x',
      });
      assert.deepEqual(await walked({ exclude: [glob] }), expected);
    });
  }

  it('does not follow links, wherever they lead', async () => {
    root = await makeTree({ 'in/a.ts': 'x', 'outside/secret.ts': 'x' });
    const inside = path.join(root, 'in');
    await symlink('..', path.join(inside, 'up'));
    await symlink('.', path.join(inside, 'loop'));
    await symlink('../outside/secret.ts', path.join(inside, 'link.ts'));
    await symlink('nowhere', path.join(inside, 'broken.ts'));
    assert.deepEqual(await walked({}, inside), ['a.ts']);
  });

  it('walks a folder that is itself given by a link', async () => {
    root = await makeTree({ 'real/a.ts': 'x' });
    await symlink('real', path.join(root, 'link'));
    assert.deepEqual(await walked({}, path.join(root, 'link')), ['a.ts']);
  });

  it('passes over a folder that can not be read', async () => {
    root = await makeTree({ 'closed/a.ts': 'x', 'open/b.ts': 'x' });
    const closed = path.join(root, 'closed');
    // Whoever is root can read every folder, so the refusal is forced.
    const opendir: typeof nodeFileSystem.opendir = (folder, options) =>
      path.resolve(String(folder)) === closed
        ? Promise.reject(new Error('EACCES'))
        : nodeFileSystem.opendir(folder, options);
    assert.deepEqual(await walked({ fs: { ...nodeFileSystem, opendir } }), ['open/b.ts']);
  });

  it('stops at its limit', async () => {
    root = await makeTree({ 'a.ts': 'x', 'b.ts': 'x', 'c.ts': 'x' });
    assert.deepEqual(await walked({ limit: 2 }), ['a.ts', 'b.ts']);
  });

  it('stops when it is told to', async () => {
    root = await makeTree({ 'a.ts': 'x', 'b.ts': 'x' });
    const stop = new AbortController();
    await assert.rejects(
      async () => {
        for await (const _ of walk(root, { signal: stop.signal })) stop.abort();
      },
      { code: 'cancelled' },
    );
  });

  it('says so where the folder is gone', async () => {
    root = await makeTree({});
    await assert.rejects(walked({}, path.join(root, 'gone')), { code: 'not_found' });
  });

  it('lets others have the loop while it works', async () => {
    root = await makeTree({});
    await mkdir(path.join(root, 'many'));
    await addFiles(root, Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`many/${i}.ts`, 'x'])));
    let now = 0;
    let turns = 0;
    const turn = () => {
      turns++;
      waiting = setImmediate(turn);
    };
    let waiting = setImmediate(turn);
    // Each look at the clock costs 1 ms, so 300 files are at least 300 / 8 turns.
    assert.equal((await walked({ now: () => now++ })).length, 300);
    clearImmediate(waiting);
    assert.ok(turns >= 37, `${turns} turns`);
  });
});
