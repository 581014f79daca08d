import assert from 'node:assert/strict';
import * as z from 'zod';
import { contract } from '../../runtime/protocol/contract.ts';

interface Property {
  where: string;
  name: string;
  schema: Record<string, unknown>;
}

/** Every property that goes over a wire, with where it is. */
function* properties(schema: unknown, where: string): Generator<Property> {
  if (typeof schema !== 'object' || schema === null) return;
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'properties') {
      for (const [name, inner] of Object.entries(value as Record<string, Record<string, unknown>>)) {
        yield { where, name, schema: inner };
      }
    }
    yield* properties(value, where);
  }
}

const all = Object.entries(contract).flatMap(([name, { input, output }]) =>
  [input, output].flatMap((schema) => [
    ...properties(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), name),
  ]),
);

describe('types', () => {
  it('count every time in whole milliseconds since 1970', () => {
    const times = all.filter(({ name }) => /^(since|.+At)$/.test(name));
    assert.ok(times.length > 20);
    for (const { where, name, schema } of times) {
      const inner = (schema.anyOf as Record<string, unknown>[] | undefined)?.find(
        ({ type }) => type !== 'null',
      );
      const { type, minimum } = inner ?? schema;
      assert.deepEqual([type, minimum], ['integer', 0], `${where}: ${name}`);
    }
  });

  it('name no length of time in seconds', () => {
    assert.deepEqual(
      all.filter(({ name }) => /(Seconds|Secs?|Minutes)$/.test(name)),
      [],
    );
  });
});

describe('validation', () => {
  it('is made of schemas at both ends of every function: what is no object is refused', () => {
    for (const [name, { input }] of Object.entries(contract)) {
      for (const wrong of [null, 1, 'text', []]) {
        assert.equal(input.safeParse(wrong).success, false, `${name} takes ${JSON.stringify(wrong)}`);
      }
    }
  });
});
