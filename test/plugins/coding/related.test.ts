import assert from 'node:assert/strict';
import fc from 'fast-check';
import { importsIn } from '../../../runtime/plugins/coding/syntax/imports.ts';
import { aCodingRuntime } from './codingRuntime.ts';

const POOL = `/** What is still to be done. */
export class Pool {
  readonly waiting: string[] = [];
}

export function unrelated(): void {}
`;
const CALLER = `import {
  Pool,
} from './lib/pool.js';

export function drain(pool: Pool): number {
  return pool.waiting.length;
}
${'// a remark\n'.repeat(60)}
export const all = () => drain(new Pool());
`;
const target = { path: 'src/caller.ts', text: CALLER, selection: { startLine: 5, endLine: 7 } };

describe('what is known of the names in a target', () => {
  let given: Awaited<ReturnType<typeof aCodingRuntime>>;
  beforeEach(async () => {
    given = await aCodingRuntime({
      answers: ['ok'],
      files: { 'src/caller.ts': CALLER, 'src/lib/pool.ts': POOL },
    });
  });
  afterEach(() => given.close());

  const references = async (request: Parameters<typeof given.run>[0]) => {
    const { result } = await given.run(request);
    return result.references.map(({ path, startLine, symbol }) =>
      `${path}:${startLine} ${symbol ?? ''}`.trim(),
    );
  };

  it('without language services, from the syntax of the file and of what it imports', async () => {
    const known = await references({ task: 'explain', target });
    assert.deepEqual(known.slice(2), ['src/lib/pool.ts:2 Pool', `src/caller.ts:69 drain`]);
    assert.match(given.asked()[0]?.messages?.at(-1)?.content ?? '', /readonly waiting: string\[\] = \[\];/);
    assert.doesNotMatch(given.asked()[0]?.messages?.at(-1)?.content ?? '', /unrelated/);
  });

  it('from the language services alone where they answered', async () => {
    const known = await references({
      task: 'explain',
      target,
      symbols: [
        { kind: 'reference', name: 'drain', path: 'src/b.ts', startLine: 3, endLine: 5, text: 'drain(p);' },
      ],
    });
    assert.deepEqual(known.slice(2), ['src/b.ts:3 drain']);
  });

  it('in a budget of each kind: what is too long gives way to what follows', async () => {
    const symbol = (name: string, text: string, startLine: number) => ({
      kind: 'definition' as const,
      name,
      path: 'src/c.ts',
      startLine,
      endLine: startLine,
      text,
    });
    const known = await references({
      task: 'explain',
      target,
      symbols: [
        symbol('long', 'x'.repeat(4_001), 1),
        symbol('short', 'y', 2),
        symbol('half', 'z'.repeat(3_999), 3),
      ],
    });
    assert.deepEqual(known.slice(2), ['src/c.ts:2 short', 'src/c.ts:3 half']);
  });

  it('not where the task has no use for it', async () => {
    const symbols = [
      { kind: 'signature' as const, name: 'a', path: 'a.ts', startLine: 1, endLine: 1, text: 'a: b' },
    ];
    assert.deepEqual(await references({ task: 'summarise', target: { path: 'src/lib/pool.ts' }, symbols }), [
      'src/lib/pool.ts:1',
    ]);
  });
});

describe('imports', () => {
  const paths = (line: string, path: string) => importsIn(line.split('\n'), path).map((one) => one.paths);

  it('of scripts: by what is compiled, by what is written, over several lines', () => {
    assert.deepEqual(paths("import { a } from '../b.js';", 'src/x/a.ts')[0]?.slice(0, 3), [
      'src/b.ts',
      'src/b.tsx',
      'src/b.js',
    ]);
    assert.equal(paths("export * from './b.ts';", 'a.ts')[0]?.[0], 'b.ts');
    assert.equal(paths("const b = require('./b');", 'a.js').length, 1);
    assert.deepEqual(paths("import b from 'b';\nimport 'c';\nconst d = './d';", 'a.ts'), []);
    const [several] = importsIn(['import {', '  first,', '  second,', "} from './b';"], 'a.ts');
    assert.match(several?.words ?? '', /first,\s+second,/);
  });

  it('of Python and C: relative to the file, Python also to the folder', () => {
    assert.deepEqual(paths('from ..core.pool import Pool', 'app/web/a.py')[0], [
      'app/core/pool.py',
      'app/core/pool/__init__.py',
    ]);
    assert.deepEqual(paths('from core import Pool', 'app/a.py')[0], [
      'core.py',
      'core/__init__.py',
      'app/core.py',
      'app/core/__init__.py',
    ]);
    assert.deepEqual(paths('#include "pool.h"\n#include <stdio.h>', 'src/a.c'), [['src/pool.h']]);
  });

  it('never lead out of the folder, whatever the lines say', () => {
    const dots = fc.stringMatching(/^[./a]{1,20}$/);
    fc.assert(
      fc.property(dots, fc.constantFrom('a.ts', 'b/c.py', 'd.c'), (given, path) => {
        const lines = [`from '${given}'`, `from ${given} import x`, `#include "${given}"`];
        for (const { paths: found } of importsIn(lines, path)) {
          for (const one of found) assert.ok(!one.startsWith('../') && one !== '..', one);
        }
      }),
    );
  });
});
