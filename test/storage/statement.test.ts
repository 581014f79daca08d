import assert from 'node:assert/strict';
import nodeFs from 'node:fs';
import fc from 'fast-check';
import { createEngine, type Engine } from '../../runtime/storage/sqlite/engine.ts';
import { type OpenDatabase, type SqlValue, Statement } from '../../runtime/storage/sqlite/statement.ts';

describe('a statement', () => {
  let engine: Engine;
  let database: OpenDatabase;
  const prepare = (sql: string) => new Statement(engine, database, sql);
  const run = (sql: string, ...parameters: SqlValue[]) => {
    const statement = prepare(sql);
    try {
      return statement.all(parameters);
    } finally {
      statement.free();
    }
  };

  beforeEach(async () => {
    engine = await createEngine(nodeFs);
    database = engine.open(undefined);
  });
  afterEach(() => database.close());

  it('gives back what it was given', () => {
    const statement = prepare('SELECT ? AS a, ? AS b, ? AS c');
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 120 }),
      fc.string({ unit: 'grapheme', maxLength: 12_000, size: 'max' }),
    );
    const number = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.double({ noNaN: true }));
    const value = fc.oneof(
      text,
      number.map((one) => one + 0),
      fc.uint8Array({ maxLength: 50_000 }),
      fc.constant(null),
    );
    fc.assert(
      fc.property(fc.tuple(value, value, value), ([a, b, c]) => {
        assert.deepEqual(statement.all([a, b, c]), [{ a, b, c }]);
      }),
      { numRuns: 40 },
    );
    statement.free();
  });

  it('tells bytes from text, and what is empty from what is not there', () => {
    const [row] = run(
      'SELECT typeof(?) AS a, typeof(?) AS b, typeof(?) AS c, typeof(?) AS d, length(?) AS e',
      '',
      new Uint8Array(),
      null,
      1,
      'a\0b',
    ) as object[];
    assert.deepEqual(Object.values(row ?? {}), ['text', 'blob', 'null', 'integer', 1]);
    assert.deepEqual(run('SELECT ? AS a', '\ufeffa\0b'), [{ a: '\ufeffa\0b' }]);
  });

  it('writes half of a surrogate pair as the sign for what cannot be read', () => {
    assert.deepEqual(run('SELECT ? AS a', 'a\ud83d'), [{ a: 'a\ufffd' }]);
  });

  it('keeps nothing of one run for the next', () => {
    const statement = prepare('SELECT ? AS a');
    statement.all(['one']);
    assert.deepEqual(statement.all([]), [{ a: null }]);
    statement.free();
  });

  it('says what SQLite says of a failure, and can be run again', () => {
    run('CREATE TABLE t (a INTEGER PRIMARY KEY)');
    const insert = prepare('INSERT INTO t VALUES (?)');
    insert.all([1]);
    assert.throws(() => insert.all([1]), /^Error: UNIQUE constraint failed: t\.a$/);
    insert.all([2]);
    insert.free();
    assert.deepEqual(run('SELECT a FROM t'), [{ a: 1 }, { a: 2 }]);
    assert.throws(() => prepare('SELECT missing'), /no such column: missing/);
    assert.throws(() => prepare(' '), /Nothing to prepare/);
  });

  it('refuses what a database cannot hold', () => {
    const wrong = [undefined] as unknown as SqlValue[];
    assert.throws(() => prepare('SELECT ?').all(wrong), /of type undefined/);
  });

  it('has the columns of a table as it is now', () => {
    run('CREATE TABLE t (a)');
    run('INSERT INTO t VALUES (1)');
    const select = prepare('SELECT * FROM t');
    assert.deepEqual(select.all([]), [{ a: 1 }]);
    run('ALTER TABLE t ADD COLUMN b');
    assert.deepEqual(select.all([]), [{ a: 1, b: null }]);
    select.free();
  });
});
