import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as z from 'zod';
import { contract, type FunctionName } from '../../runtime/protocol/contract.ts';
import { ErrorCode } from '../../runtime/types/errors.ts';
import { testRuntime } from '../support/testRuntime.ts';

type Schema = { [key: string]: unknown } & {
  anyOf?: Schema[];
  oneOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
};

/** What texts are made of that have meaning to somebody: databases, shells, paths, patterns, terminals. */
const awkward = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(
    ...['', '\0', '\ud800', '\u202e\u2066', '%', '_', '\\', '"', "' OR 1=1 --", 'NEAR(', 'a*b*', '[', '..'],
    ...[
      '../../etc/passwd',
      '/etc/passwd',
      '__proto__',
      'toString',
      '-1',
      '1e999',
      ' ',
      '\n',
      'é'.repeat(5_000),
    ],
    ...['REMEMBER', 'RECALL', 'FORGET', 'REPLY', 'SEND_MESSAGE', 'FOLLOW_ROOM'],
  ),
);

/** Values that mostly fit a JSON schema; a few of them do not. */
function valuesOf(schema: Schema, ids: readonly string[]): fc.Arbitrary<unknown> {
  const { anyOf, oneOf, type, format, items, properties, required } = schema;
  const choices = anyOf ?? oneOf;
  if ('const' in schema) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  if (choices) return fc.oneof(...choices.map((choice) => valuesOf(choice, ids)));
  if (type === 'string') return format === 'uuid' ? fc.oneof(fc.uuid(), fc.constantFrom(...ids)) : awkward;
  if (type === 'integer') return fc.oneof(fc.nat(300), fc.maxSafeInteger());
  if (type === 'number') return fc.double();
  if (type === 'boolean') return fc.boolean();
  if (type === 'array' && items) return fc.array(valuesOf(items, ids), { maxLength: 3 });
  if (type !== 'object' || !properties) return fc.dictionary(awkward, awkward, { maxKeys: 3 });
  const fields: Record<string, fc.Arbitrary<unknown>> = {};
  for (const [name, field] of Object.entries(properties)) {
    const value = valuesOf(field, ids);
    fields[name] = required?.includes(name) ? value : fc.option(value, { nil: undefined });
  }
  return fc.record(fields);
}

describe('every function, whatever it is given', () => {
  const names = Object.keys(contract) as FunctionName[];

  it('answers by its contract, or with an error that has a word for it', async function () {
    this.timeout(60_000);
    const { call, runtime } = await testRuntime();
    const room = await call('rooms.create', { title: 'A room' });
    const memory = await call('memory.add', { text: 'The port is 5433.' });
    const task = await call('tasks.create', { name: 'REMIND' });
    for (const name of names) {
      const schema = z.toJSONSchema(contract[name].input, { io: 'input', unrepresentable: 'any' });
      const values = valuesOf(schema as Schema, [room.id, memory.id, task.id]);
      const check = async (input: unknown) => {
        const stop = new AbortController();
        // It ends when it is cancelled, and not before.
        const onChunk = name === 'memory.watch' ? () => stop.abort() : () => {};
        try {
          await call(name, input as never, { signal: stop.signal, onChunk });
        } catch (error) {
          const { code } = error as { code?: unknown };
          assert.ok(ErrorCode.safeParse(code).success && code !== 'internal', `${name}: ${String(error)}`);
        }
      };
      await fc.assert(fc.asyncProperty(values, check), { numRuns: 12 });
    }
    await runtime.close();
  });
});
