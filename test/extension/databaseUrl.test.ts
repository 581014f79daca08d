import assert from 'node:assert/strict';
import { ofWorkspace } from '../../extension/databaseUrl.ts';

const schemaOf = (address: string) => new URL(address).searchParams.get('schema');

describe('the address of a database', () => {
  const address = 'postgresql://me:p%40ss@host:5432/db?sslmode=require';

  it('gives each workspace a schema of its own, always the same', () => {
    const one = ofWorkspace(address, '/storage/a/zoey');
    assert.match(schemaOf(one) ?? '', /^zoey_[0-9a-f]{16}$/);
    assert.equal(one, ofWorkspace(address, '/storage/a/zoey'));
    assert.notEqual(one, ofWorkspace(address, '/storage/b/zoey'));
    assert.ok(one.startsWith(address));
  });

  it('keeps the schema that it names, so that several can share one', () => {
    const shared = `${address}&schema=team`;
    assert.equal(ofWorkspace(shared, '/storage/a/zoey'), shared);
  });

  it('is passed on as it is where it is none: the agent says what is wrong', () => {
    assert.equal(ofWorkspace('nonsense', '/storage'), 'nonsense');
  });
});
