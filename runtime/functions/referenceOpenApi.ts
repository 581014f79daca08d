import { describeContract, type FunctionReference, type JsonSchema } from './reference.ts';

const JSON_TYPE = 'application/json';

/** The HTTP host's functions as an OpenAPI 3.1 document. */
export function openApiDocument(version: string) {
  const { functions, types } = describeContract('#/components/schemas/');
  const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });
  const failure = {
    description: 'It failed: what happened, and what to do next.',
    headers: {
      'Retry-After': { description: 'Seconds to wait, with 429 and 503.', schema: { type: 'integer' } },
    },
    content: { [JSON_TYPE]: { schema: ref('Failure') } },
  };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Zoey',
      version,
      summary: 'A private agent that lives in your editor.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    tags: [...new Set(functions.map(({ name }) => areaOf(name)))].map((name) => ({ name })),
    security: [{ token: [] }],
    paths: {
      ...Object.fromEntries(
        functions.map((each) => [`/v1/functions/${each.name}`, { post: operation(each) }]),
      ),
      '/v1/functions': { get: reading('functions', 'List the functions with their schemas.') },
      '/openapi.json': { get: reading('openapi', 'Give this document.') },
      '/health': {
        get: {
          operationId: 'health',
          summary: 'Tell whether the server listens.',
          security: [],
          responses: {
            200: { description: 'It does.', content: { [JSON_TYPE]: { schema: ref('Health') } } },
          },
        },
      },
    },
    components: {
      schemas: {
        ...types,
        Failure: { type: 'object', properties: { error: ref('WireError') }, required: ['error'] },
        Health: { type: 'object', properties: { status: { const: 'ok' } }, required: ['status'] },
      },
      responses: { Failure: failure },
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  };
}

function operation({ name, summary, input, output, chunk, example }: FunctionReference) {
  const events =
    'With `Accept: text/event-stream`, an event `chunk` for each part, then one `result` or `error`. ' +
    'The data of each is JSON: a chunk as in `x-chunk`, the body of a 200, or that of a failure.';
  return {
    operationId: name,
    summary,
    tags: [areaOf(name)],
    requestBody: { required: false, content: { [JSON_TYPE]: { schema: input, example } } },
    responses: {
      200: {
        description: chunk ? events : 'What the function gives.',
        content: {
          [JSON_TYPE]: { schema: output },
          // OpenAPI 3.1 has no word for the shape of an event's data.
          ...(chunk && { 'text/event-stream': { schema: { type: 'string' }, 'x-chunk': chunk } }),
        },
      },
      default: { $ref: '#/components/responses/Failure' },
    },
  };
}

function reading(operationId: string, summary: string) {
  return {
    operationId,
    summary,
    responses: {
      200: { description: 'As it says.', content: { [JSON_TYPE]: { schema: { type: 'object' } } } },
      default: { $ref: '#/components/responses/Failure' },
    },
  };
}

/** "chat.send" belongs to chat. */
function areaOf(name: string): string {
  return name.split('.')[0] ?? name;
}
