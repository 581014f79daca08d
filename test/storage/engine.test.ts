import assert from 'node:assert/strict';
import nodeFs, { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createEngine } from '../../runtime/storage/sqlite/engine.ts';
import { type ImportTable, overrideImports } from '../../runtime/storage/sqlite/wasmImports.ts';

const shipped = path.dirname(createRequire(__filename).resolve('sql.js/dist/sql-wasm.js'));

describe('the engine', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'zoey-engine-'));
    for (const name of ['sql-wasm.js', 'sql-wasm.wasm'])
      cpSync(path.join(shipped, name), path.join(folder, name));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('starts from any folder that holds the two files', async () => {
    const engine = await createEngine(nodeFs, folder);
    const database = engine.open(undefined);
    assert.deepEqual(database.exec('SELECT sqlite_version()')[0]?.values, [['3.54.1']]);
    database.close();
  });

  for (const name of ['sql-wasm.js', 'sql-wasm.wasm']) {
    it(`refuses another ${name}, before it runs any of it`, async () => {
      const file = path.join(folder, name);
      const bytes = readFileSync(file);
      const evil = Buffer.from('globalThis.ran = true;');
      writeFileSync(file, name.endsWith('.js') ? Buffer.concat([evil, bytes]) : bytes.fill(1, 5000, 5001));
      await assert.rejects(createEngine(nodeFs, folder), {
        code: 'storage_failed',
        message: `The database engine is not the one Zoey ships with (${name} has another checksum).`,
        hint: 'Install Zoey again.',
      });
      assert.equal('ran' in globalThis, false);
      // It is looked at anew the next time.
      cpSync(path.join(shipped, name), file);
      await createEngine(nodeFs, folder);
    });

    it(`says so where ${name} is missing`, async () => {
      rmSync(path.join(folder, name));
      await assert.rejects(createEngine(nodeFs, folder), { code: 'storage_failed' });
    });
  }
});

describe('the import table', () => {
  const ARITIES = [
    4, 2, 3, 2, 1, 3, 2, 2, 2, 0, 2, 3, 4, 4, 4, 1, 2, 3, 4, 0, 0, 2, 7, 6, 2, 4, 0, 0, 0, 1, 2, 2, 1, 2, 4,
    4, 1, 4, 1, 1,
  ];
  /** A table whose functions take so many arguments and return their rank. */
  const table = (arities: readonly number[]): ImportTable =>
    Object.fromEntries(
      arities.map((arity, rank) => {
        const original = () => rank;
        return [`k${rank}`, Object.defineProperty(original, 'length', { value: arity })];
      }),
    );

  it('is mapped by rank', () => {
    const imports = table(ARITIES);
    overrideImports(imports, (originals) => {
      assert.deepEqual([originals.openat(), originals.fd_sync(), originals.fd_write()], [13, 36, 37]);
      return { fd_sync: () => -1 };
    });
    assert.deepEqual([imports.k36?.(), imports.k37?.()], [-1, 37]);
  });

  it('is refused where a function takes another number of arguments, or one is missing', () => {
    const never = () => assert.fail('overridden');
    for (const rank of ARITIES.keys()) {
      const changed = ARITIES.map((arity, index) => (index === rank ? arity + 1 : arity));
      assert.throws(() => overrideImports(table(changed), never), { code: 'storage_failed' });
    }
    assert.throws(() => overrideImports(table(ARITIES.slice(1)), never), { code: 'storage_failed' });
    assert.throws(() => overrideImports(table([...ARITIES, 0]), never), { code: 'storage_failed' });
  });
});
