/** One field of a message as protocol buffers write it. */
interface Field {
  number: number;
  /** What it holds, where that has a length of its own: text, bytes or another message. */
  body: Buffer | undefined;
  /** All of it, number and length included. */
  whole: Buffer;
}

const VARINT = 0;
const EIGHT_BYTES = 1;
const LENGTH = 2;
const FOUR_BYTES = 5;

/**
 * The fields of a message, in their order, read in place.
 * @throws RangeError where it is none
 */
export function readFields(message: Buffer): Field[] {
  const fields: Field[] = [];
  for (let at = 0; at < message.length; ) {
    const tag = readVarint(message, at);
    const { end, body } = readBody(message, tag.value % 8, tag.end);
    if (end > message.length) throw new RangeError('The message ends too early.');
    fields.push({ number: Math.floor(tag.value / 8), body, whole: message.subarray(at, end) });
    at = end;
  }
  return fields;
}

function readBody(message: Buffer, wire: number, at: number): { end: number; body: Buffer | undefined } {
  if (wire === VARINT) return { end: readVarint(message, at).end, body: undefined };
  if (wire === EIGHT_BYTES) return { end: at + 8, body: undefined };
  if (wire === FOUR_BYTES) return { end: at + 4, body: undefined };
  if (wire !== LENGTH) throw new RangeError(`There is no wire type ${wire}.`);
  const { value, end } = readVarint(message, at);
  return { end: end + value, body: message.subarray(end, end + value) };
}

function readVarint(bytes: Buffer, from: number): { value: number; end: number } {
  let value = 0;
  for (let at = from, factor = 1; ; at++, factor *= 128) {
    const byte = bytes[at];
    if (byte === undefined) throw new RangeError('The message ends too early.');
    value += (byte & 127) * factor;
    if (byte < 128) return { value, end: at + 1 };
  }
}

/** A field of parts that follow one another, which are not copied. */
export function field(number: number, ...parts: readonly Buffer[]): Buffer[] {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return [varint(number * 8 + LENGTH), varint(length), ...parts];
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}

const NODE = { input: 1, output: 2, name: 3, operator: 4, attribute: 5 } as const;

/** One step of a model's graph. */
export interface Node {
  operator: string;
  inputs: readonly string[];
  outputs: readonly string[];
}

export function readNode(body: Buffer): Node {
  const fields = readFields(body);
  const texts = (wanted: number) =>
    fields.flatMap(({ number, body }) => (number === wanted && body ? [body.toString('utf8')] : []));
  return {
    operator: texts(NODE.operator)[0] ?? '',
    inputs: texts(NODE.input),
    outputs: texts(NODE.output),
  };
}

/** The body of a node that is named after what it gives. */
export function writeNode({ operator, inputs, outputs }: Node, ...attributes: readonly Buffer[]): Buffer {
  const text = (number: number, value: string) => field(number, Buffer.from(value));
  return Buffer.concat([
    ...inputs.flatMap((input) => text(NODE.input, input)),
    ...outputs.flatMap((output) => text(NODE.output, output)),
    ...text(NODE.name, `${operator} ${outputs[0] ?? ''}`),
    ...text(NODE.operator, operator),
    ...attributes.flatMap((attribute) => field(NODE.attribute, attribute)),
  ]);
}

/** The body of an attribute that is a whole number below 128. */
export function integer(name: string, value: number): Buffer {
  const INTEGER = 2;
  return Buffer.concat([...field(1, Buffer.from(name)), Buffer.from([3 * 8, value, 160, 1, INTEGER])]);
}

const TENSOR = { type: 2, numbers: 5, name: 8, bytes: 9 } as const;

/** The name of a tensor of whole numbers that are all 0. */
export function zerosIn(tensor: Buffer): string | undefined {
  const fields = readFields(tensor);
  const values = fields.filter(({ number }) => number === TENSOR.numbers || number === TENSOR.bytes);
  const allZero = values.length > 0 && values.every(({ body }) => body?.every((byte) => byte === 0));
  return allZero ? fields.find(({ number }) => number === TENSOR.name)?.body?.toString('utf8') : undefined;
}

/** The body of a tensor that is one number of 32 bits. */
export function float(name: string, value: number): Buffer {
  const FLOAT = 1;
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([
    Buffer.from([TENSOR.type * 8, FLOAT]),
    ...field(TENSOR.name, Buffer.from(name)),
    ...field(TENSOR.bytes, bytes),
  ]);
}
