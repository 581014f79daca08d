import assert from 'node:assert/strict';
import * as z from 'zod';
import { describeContract, type JsonSchema } from '../../runtime/functions/reference.ts';
import { referenceMarkdown } from '../../runtime/functions/referenceMarkdown.ts';
import { openApiDocument } from '../../runtime/functions/referenceOpenApi.ts';
import { contract, FunctionName } from '../../runtime/protocol/contract.ts';
import { examples } from '../../runtime/protocol/examples.ts';
import { WireError } from '../../runtime/types/errors.ts';

/** Every `$ref` of a document, wherever it stands. */
function refsOf(document: unknown): string[] {
  return [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref = '']) => ref);
}

/** What a pointer like "#/types/Message" leads to. */
function follow(document: unknown, ref: string): unknown {
  return ref
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
}

/** The schema as zod reads it back, for trying values against what is published. */
function published(schema: JsonSchema): z.ZodType {
  const { types } = describeContract('#/$defs/');
  return z.fromJSONSchema({ ...schema, $defs: types } as Parameters<typeof z.fromJSONSchema>[0]);
}

describe('the examples', () => {
  for (const name of FunctionName.options) {
    it(`of ${name} is taken by the function`, () => {
      const parsed = contract[name].input.safeParse(examples[name]);
      assert.ok(parsed.success, parsed.error && z.prettifyError(parsed.error));
      const known = new Set(Object.keys(contract[name].input.shape));
      for (const field of Object.keys(examples[name])) assert.ok(known.has(field), `${name} has no ${field}`);
    });
  }
});

describe('the reference as data', () => {
  const reference = describeContract('#/$defs/');

  it('has every function in the order of the contract', () => {
    assert.deepEqual(
      reference.functions.map(({ name }) => name),
      Object.keys(contract),
    );
  });

  it('says of the same functions that they stream', () => {
    for (const { name, chunk } of reference.functions)
      assert.equal(chunk !== undefined, 'chunk' in contract[name]);
  });

  it('leads nowhere with no reference, and has no type that nothing leads to', () => {
    const plain = describeContract();
    const refs = new Set(refsOf(plain));
    for (const ref of refs) assert.equal(typeof follow(plain, ref), 'object', ref);
    const led = new Set([...refs, '#/types/WireError']);
    assert.deepEqual(
      Object.keys(plain.types).filter((type) => !led.has(`#/types/${type}`)),
      [],
    );
  });

  it('takes by its schemas what the contract takes, and refuses what that refuses', () => {
    for (const { name, input, example } of reference.functions) {
      assert.ok(published(input).safeParse(example).success, name);
    }
    const schemaOf = (name: FunctionName) =>
      published(reference.functions.find((each) => each.name === name)?.input ?? assert.fail());
    for (const limit of [0, 201, 1.5, '3']) {
      assert.equal(schemaOf('rooms.list').safeParse({ limit }).success, false, `${limit}`);
    }
    for (const limit of [1, 200]) assert.ok(schemaOf('rooms.list').safeParse({ limit }).success);
    assert.equal(schemaOf('chat.send').safeParse({}).success, false);
    assert.equal(schemaOf('chat.stop').safeParse({ roomId: 'nonsense' }).success, false);
  });

  it('accepts what a later version may give more', () => {
    const { output } = reference.functions.find(({ name }) => name === 'memory.add') ?? assert.fail();
    const value = { id: '0192f0c1-2d3e-7abc-8def-0123456789ab', later: true };
    assert.ok(published(output).safeParse(value).success);
  });
});

describe('the reference as Markdown', () => {
  const page = referenceMarkdown('1.2.3');

  it('has a section for each function, with its summary and an example that can be run', () => {
    for (const name of FunctionName.options) {
      const [, section = ''] = page.split(`\n## ${name}\n`);
      assert.ok(section.startsWith(`\n${contract[name].summary}\n`), name);
      const [, json = ''] = /^zoey invoke [\w.]+ '(.+)' --workspace \.$/m.exec(section) ?? [];
      assert.deepEqual(JSON.parse(json), examples[name]);
    }
  });

  it('tells fields, bounds and defaults', () => {
    for (const row of [
      '| `limit` | whole number, 1 to 200 | `50` |',
      '| `text` | text, at most 200000 long | required |',
      '| `kind` | `"note"` or `"fact"` or `"document"` | `"note"` |',
      '| `attachments` | list of [Attachment](#attachment), at most 20 | `[]` |',
      '| `items[].bytesOut` | whole number | always |',
      '| `storage.file` | text | where known |',
      '- { type: `"text"`, delta: text }',
    ]) {
      assert.ok(page.includes(`\n${row}\n`), row);
    }
  });

  it('leads nowhere with no link', () => {
    const headings = new Set([...page.matchAll(/^#+ (.+)$/gm)].map(([, text = '']) => text.toLowerCase()));
    const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, link = '']) => link);
    assert.ok(links.length > 10);
    for (const link of links) assert.ok(headings.has(link), link);
  });

  it('has tables whose rows have three cells', () => {
    const rows = page.split('\n').filter((line) => line.startsWith('|'));
    for (const row of rows) assert.equal(row.split(/(?<!\\)\|/).length, 5, row);
  });
});

// OpenAPI 3.1, as far as it is used here. Strict: a misspelt word fails.
const Ref = z.strictObject({ $ref: z.string().startsWith('#/components/') });
const Schema = z.record(z.string(), z.unknown());
const Media = z.strictObject({
  schema: Schema,
  example: z.unknown().optional(),
  'x-chunk': Schema.optional(),
});
const Content = z.record(z.string().regex(/^\w+\/[\w.+-]+$/), Media);
const Response = z.strictObject({
  description: z.string().min(1),
  headers: z.record(z.string(), z.strictObject({ description: z.string(), schema: Schema })).optional(),
  content: Content,
});
const Operation = z.strictObject({
  operationId: z.string().regex(/^[\w.]+$/),
  summary: z.string().min(1),
  tags: z.array(z.string()).optional(),
  security: z.array(z.record(z.string(), z.array(z.string()))).optional(),
  requestBody: z.strictObject({ required: z.boolean(), content: Content }).optional(),
  responses: z.record(z.string().regex(/^([1-5]\d\d|default)$/), z.union([Response, Ref])),
});
const Document = z.strictObject({
  openapi: z.literal('3.1.0'),
  info: z.strictObject({
    title: z.string(),
    version: z.string(),
    summary: z.string(),
    license: z.strictObject({ name: z.string(), identifier: z.string() }),
  }),
  tags: z.array(z.strictObject({ name: z.string() })),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  paths: z.record(
    z.string().startsWith('/'),
    z.strictObject({ get: Operation.optional(), post: Operation.optional() }),
  ),
  components: z.strictObject({
    schemas: z.record(z.string().regex(/^[\w.-]+$/), Schema),
    responses: z.record(z.string(), Response),
    securitySchemes: z.record(
      z.string(),
      z.strictObject({ type: z.literal('http'), scheme: z.literal('bearer') }),
    ),
  }),
});

describe('the reference as OpenAPI', () => {
  const document = openApiDocument('1.2.3');
  /** As it is read by others, with the address of each operation. */
  const operations = () =>
    Object.entries(Document.parse(JSON.parse(JSON.stringify(document))).paths).flatMap(
      ([address, { get, post }]) =>
        [get, post].flatMap((operation) => (operation ? [{ address, ...operation }] : [])),
    );

  it('is a document of that kind', () => {
    const parsed = Document.safeParse(JSON.parse(JSON.stringify(document)));
    assert.ok(parsed.success, parsed.error && z.prettifyError(parsed.error));
  });

  it('has one operation for each function, and no two of one name', () => {
    const ids = operations().map(({ operationId }) => operationId);
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual(
      ids.filter((id) => Object.hasOwn(contract, id)),
      Object.keys(contract),
    );
  });

  it('leads nowhere with no reference', () => {
    for (const ref of refsOf(document)) assert.equal(typeof follow(document, ref), 'object', ref);
    assert.doesNotMatch(JSON.stringify(document), /"\$(schema|id|defs)"/);
  });

  it('names only areas and ways of identification that it declares', () => {
    const tags = new Set(document.tags.map(({ name }) => name));
    const schemes = Object.keys(document.components.securitySchemes);
    for (const { tags: used = [] } of operations()) for (const tag of used) assert.ok(tags.has(tag), tag);
    for (const need of document.security) assert.deepEqual(Object.keys(need), schemes);
  });

  it('tells of a failure what the wire carries', () => {
    const { WireError: schema } = document.components.schemas as Record<string, JsonSchema>;
    assert.deepEqual(schema?.required, Object.keys(WireError.shape));
  });

  it('makes every function but /health need the token', () => {
    const open = operations()
      .filter(({ security }) => security?.length === 0)
      .map(({ address }) => address);
    assert.deepEqual(open, ['/health']);
  });
});
