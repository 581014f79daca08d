import assert from 'node:assert/strict';
import type { CompiledQuery } from 'kysely';
import { fixed, shaped } from '../../runtime/storage/queries/shaped.ts';
import { sqliteQueries } from '../../runtime/storage/sqlite/connection.ts';

/** Counts how often it is built. */
function counted<Args extends readonly unknown[]>(build: (...args: Args) => CompiledQuery<unknown>) {
  const count = { built: 0 };
  const query = (...args: Args) => {
    count.built += 1;
    return build(...args);
  };
  return { count, query };
}

const setting = (key: string) =>
  sqliteQueries.selectFrom('settings').select('value').where('key', '=', key).compile();

const change = (id: string, values: { title?: string; pinned?: number }) =>
  sqliteQueries.updateTable('rooms').set(values).where('id', '=', id).compile();

function plain({ sql, parameters }: CompiledQuery<unknown>) {
  return { sql, parameters };
}

describe('a query of few shapes', () => {
  it('is built once, and has the values of each call', () => {
    const { count, query } = counted(setting);
    const get = fixed(query);
    for (const key of ['a', 'b', 'c']) assert.deepEqual(plain(get(key)), plain(setting(key)));
    assert.equal(count.built, 1);
  });

  it('is built once for each shape', () => {
    const { count, query } = counted(change);
    const update = shaped(
      query,
      (_, values) => Object.keys(values).join(),
      (id, values) => [...Object.values(values), id],
    );
    const changes = [{ title: 'a' }, { title: 'b', pinned: 1 }, { title: 'c' }, { title: 'd', pinned: 0 }];
    for (const values of changes) assert.deepEqual(plain(update('1', values)), plain(change('1', values)));
    assert.equal(count.built, 2);
  });

  it('is built each time where its parameters are others than was said', () => {
    const { count, query } = counted((id: string, title: string) => change(id, { title }));
    const update = fixed(query);
    for (const title of ['a', 'b'])
      assert.deepEqual(plain(update('1', title)), plain(change('1', { title })));
    assert.equal(count.built, 2);
  });

  it('with too many shapes is built each time from then on', () => {
    const { count, query } = counted(setting);
    const get = shaped(
      query,
      (key) => key,
      (key) => [key],
    );
    const keys = Array.from({ length: 40 }, (_, index) => `key ${index}`);
    for (const key of keys) get(key);
    for (const key of keys) assert.deepEqual(plain(get(key)), plain(setting(key)));
    assert.equal(count.built, 48);
  });
});
