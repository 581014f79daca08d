import * as z from 'zod';
import { contract, FunctionName, type FunctionSpec } from '../protocol/contract.ts';
import { examples } from '../protocol/examples.ts';
import {
  ChatChunk,
  MemoryItem,
  Message,
  ModelAction,
  ModelStatusReport,
  ModelSuggestion,
  RoomSummary,
  Work,
} from '../protocol/schemas.ts';
import { WireError } from '../types/errors.ts';
import { Attachment, Dropped, Reference, Usage } from '../types/memory.ts';
import { ModelInfo, PullProgress } from '../types/model.ts';
import { JsonValue } from '../types/primitives.ts';

/** A schema of JSON Schema 2020-12. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

export interface FunctionReference {
  name: FunctionName;
  summary: string;
  input: JsonSchema;
  output: JsonSchema;
  /** Present where the function streams. */
  chunk?: JsonSchema;
  /** An input that the function takes. */
  example: unknown;
}

/** What every function takes and gives. Schemas name shared shapes by `$ref`, which are in `types`. */
interface ContractReference {
  functions: FunctionReference[];
  types: Record<string, JsonSchema>;
}

/** Shapes that stand for themselves where more than one schema, or one with a name, uses them. */
const SHARED: Readonly<Record<string, z.ZodType>> = {
  Attachment,
  ChatChunk,
  Dropped,
  JsonValue,
  MemoryItem,
  Message,
  ModelAction,
  ModelInfo,
  ModelStatusReport,
  ModelSuggestion,
  PullProgress,
  Reference,
  RoomSummary,
  Usage,
  WireError,
  Work,
};

/** Describes the contract. `refs` is where `types` will stand in the document that the schemas go into. */
export function describeContract(refs = '#/types/'): ContractReference {
  const inputs = toSchemas(({ input }) => ({ input }), { io: 'input', refs });
  const results = toSchemas(({ output, chunk }) => ({ output, ...(chunk && { chunk }) }), {
    io: 'output',
    refs,
  });
  const functions = FunctionName.options.map((name) => {
    const { output = {}, chunk } = partsOf(results[name]);
    return {
      name,
      summary: contract[name].summary,
      input: partsOf(inputs[name]).input ?? {},
      output,
      ...(chunk && { chunk }),
      example: examples[name],
    };
  });
  return { functions, types: sharedTypes(functions, results, refs) };
}

/** The shared shapes that the functions lead to, and that of a failure. */
function sharedTypes(
  functions: readonly FunctionReference[],
  schemas: Readonly<Record<string, JsonSchema>>,
  refs: string,
): Record<string, JsonSchema> {
  const types: Record<string, JsonSchema> = {};
  const visit = (text: string) => {
    for (const name of Object.keys(SHARED)) {
      if (name in types || !text.includes(`"${refs}${name}"`)) continue;
      // `$schema` and `$id` are for a document of its own.
      const { $schema: _schema, $id: _id, ...schema } = schemas[name] ?? {};
      types[name] = schema;
      visit(JSON.stringify(schema));
    }
  };
  visit(JSON.stringify([functions, `${refs}WireError`]));
  return Object.fromEntries(Object.entries(types).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * One schema for each function, of an object of the parts chosen, and one for each shared shape. A part is
 * wrapped, since it may be a shared shape itself.
 */
function toSchemas(
  parts: (spec: FunctionSpec) => Record<string, z.ZodType>,
  { io, refs }: { io: 'input' | 'output'; refs: string },
): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(SHARED)) registry.add(schema, { id });
  for (const name of FunctionName.options) registry.add(z.object(parts(contract[name])), { id: name });
  const { schemas } = z.toJSONSchema(registry, {
    io,
    uri: (id) => `${refs}${id}`,
    override: ({ jsonSchema }) => {
      // A later version may give more; whoever checks by this schema is to accept that.
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      if (jsonSchema.format === 'uuid') delete jsonSchema.pattern;
      // The safe integers are no bound that anyone set.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });
  return schemas;
}

function partsOf(schema: JsonSchema | undefined): Record<string, JsonSchema> {
  const parts: Record<string, JsonSchema> = {};
  for (const [name, part] of Object.entries(schema?.properties ?? {})) {
    if (typeof part === 'object') parts[name] = part;
  }
  return parts;
}
