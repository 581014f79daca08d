import { describeContract, type FunctionReference, type JsonSchema } from './reference.ts';

const REFS = '#/types/';

/** The last column of a table: what it says of a field that must be there, and of one that need not. */
interface Column {
  title: string;
  required: string;
  optional: string;
}
const TAKEN: Column = { title: 'default', required: 'required', optional: 'none' };
const GIVEN: Column = { title: 'there', required: 'always', optional: 'where known' };

/** The reference of all functions as a page of Markdown. */
export function referenceMarkdown(version: string): string {
  const { functions, types } = describeContract(REFS);
  const sections = [
    `# Functions of Zoey ${version}`,
    'Each function takes one JSON object and gives one back. A function that streams gives chunks before. ' +
      'Ids are UUIDs, times are milliseconds since 1970 in UTC, lists give `next` where there is more: pass ' +
      'it as `cursor`. Lengths of text count UTF-16 code units.',
    ...functions.flatMap(functionSections),
    '# Types',
    ...Object.entries(types).flatMap(([name, schema]) => [`## ${name}`, shape(schema, GIVEN)]),
  ];
  return `${sections.join('\n\n')}\n`;
}

function functionSections({ name, summary, input, output, chunk, example }: FunctionReference): string[] {
  const call = `zoey invoke ${name} '${JSON.stringify(example).replaceAll("'", "'\\''")}' --workspace .`;
  return [
    `## ${name}`,
    summary,
    Object.keys(input.properties ?? {}).length === 0 ? 'Takes `{}`.' : `Takes:\n\n${shape(input, TAKEN)}`,
    ...(chunk ? [`Streams:\n\n${shape(chunk, GIVEN)}`] : []),
    `Gives:\n\n${shape(output, GIVEN)}`,
    `\`\`\`sh\n${call}\n\`\`\``,
  ];
}

/** An object as a table of its fields, a choice as a list of its cases, anything else in words. */
function shape(schema: JsonSchema, column: Column): string {
  if (schema.properties !== undefined) {
    const head = [`| field | type | ${column.title} |`, '|---|---|---|'];
    return [...head, ...rows(schema, '', column)].join('\n');
  }
  const cases = schema.oneOf ?? schema.anyOf;
  return cases === undefined ? words(schema) : cases.map((each) => `- ${words(each)}`).join('\n');
}

/** A row for each field; those of an object inside, or of the objects in a list, follow it. */
function rows(schema: JsonSchema, prefix: string, column: Column): string[] {
  return fieldsOf(schema).flatMap(({ name, field, required }) => {
    const path = `${prefix}${name}`;
    const absent = required ? column.required : column.optional;
    const preset = field.default === undefined ? absent : code(field.default);
    const item = itemOf(field);
    const inner =
      item?.properties === undefined ? rows(field, `${path}.`, column) : rows(item, `${path}[].`, column);
    const type = words(inner.length === 0 ? field : withoutFields(field));
    return [`| \`${path}\` | ${type.replaceAll('|', '\\|')} | ${preset} |`, ...inner];
  });
}

interface Field {
  name: string;
  field: JsonSchema;
  required: boolean;
}

function fieldsOf({ properties, required }: JsonSchema): Field[] {
  return Object.entries(properties ?? {}).map(([name, field]) => ({
    name,
    field: plain(field),
    required: required?.includes(name) === true,
  }));
}

/** A schema may be a mere yes or no; both say nothing of the shape. */
function plain(schema: JsonSchema | boolean): JsonSchema {
  return typeof schema === 'boolean' ? {} : schema;
}

function itemOf({ items }: JsonSchema): JsonSchema | undefined {
  return items === undefined || Array.isArray(items) ? undefined : plain(items);
}

/** The same in words that leave the fields to the rows that follow. */
function withoutFields(schema: JsonSchema): JsonSchema {
  const { properties: _properties, ...rest } = schema;
  const item = itemOf(schema);
  return item === undefined ? rest : { ...rest, items: withoutFields(item) };
}

/** "list of whole number, 1 to 200" */
function words(schema: JsonSchema | boolean): string {
  const { $ref, const: only, enum: choices, anyOf, oneOf, type, properties } = plain(schema);
  if ($ref !== undefined) {
    const name = $ref.slice(REFS.length);
    return `[${name}](#${name.toLowerCase()})`;
  }
  if (only !== undefined) return code(only);
  if (choices !== undefined) return choices.map(code).join(' or ');
  const cases = anyOf ?? oneOf;
  if (cases !== undefined) return cases.map(words).join(' or ');
  if (Array.isArray(type)) return type.join(' or ');
  if (properties !== undefined) return fieldList(schema);
  return simple(plain(schema));
}

function simple(schema: JsonSchema): string {
  const { type, format, pattern, additionalProperties, minimum, maximum } = schema;
  switch (type) {
    case 'array':
      return `list of ${words(itemOf(schema) ?? {})}${bounds(schema.minItems, schema.maxItems)}`;
    case 'object':
      return additionalProperties === undefined ? 'object' : `object of ${words(additionalProperties)}`;
    case 'string': {
      const kind = format ?? 'text';
      const like = format === undefined && pattern !== undefined ? ` like \`${pattern}\`` : '';
      return `${kind}${like}${bounds(schema.minLength, schema.maxLength, ' long')}`;
    }
    case 'integer':
      return `whole number${bounds(minimum, maximum)}`;
    default:
      return `${type ?? 'any JSON'}${bounds(minimum, maximum)}`;
  }
}

/** `{ type: "text", delta: text }` */
function fieldList(schema: JsonSchema | boolean): string {
  const fields = fieldsOf(plain(schema)).map(
    ({ name, field, required }) => `${name}${required ? '' : '?'}: ${words(field)}`,
  );
  return `{ ${fields.join(', ')} }`;
}

function bounds(least: number | undefined, most: number | undefined, unit = ''): string {
  if (least !== undefined && most !== undefined) return `, ${least} to ${most}${unit}`;
  if (most !== undefined) return `, at most ${most}${unit}`;
  return least === undefined ? '' : `, at least ${least}${unit}`;
}

function code(value: unknown): string {
  return `\`${JSON.stringify(value)}\``;
}
