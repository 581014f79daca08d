import { field, float, integer, type Node, readFields, readNode, writeNode, zerosIn } from './onnx.ts';

const GRAPH = 7;
const NODE = 1;
const TENSOR = 5;
const FLOAT = 1;
/** The name of a number that is put into the model. */
const ONE = 'zoey one';

/**
 * When 8-bit weights become 32-bit ones: `once`, while the model is loaded, which is the fastest; or `eachTime`
 * they are used, a layer at a time. WebAssembly never gives back what it took at its fullest, and there the
 * former takes four copies of the weights at once.
 */
export type Widening = 'once' | 'eachTime';

/**
 * A model of 8-bit weights whose steps compute with 32 bits. As it is stored, what flows between the weights is
 * rounded to 8 bits by the largest value of the whole text: the last digit of one value, which no two machines
 * agree on, may move all others. The weights stay as they were learned; only that rounding is left out.
 *
 * Each multiplication of whole numbers is written there as four steps:
 * `MatMulInteger(DynamicQuantizeLinear(x), weights)`, `Cast` to float, and `Mul` with the product of the two scales.
 * It becomes `MatMul(x, (weights - zero) * scale)`, whose right side the runtime computes once, while it loads;
 * or, where `zero` is 0, `MatMul(x, DequantizeLinear(weights, 1)) * scale`, which it computes each time.
 * What is written otherwise is left as it is.
 */
export function wholeActivations(model: Buffer, widening: Widening): Buffer {
  const fields = readFields(model);
  const graph = fields.find(({ number }) => number === GRAPH)?.body;
  if (!graph) return model;
  const parts = readFields(graph).map(({ number, body, whole }) => ({
    whole,
    node: number === NODE && body ? readNode(body) : undefined,
    zeros: number === TENSOR && body ? zerosIn(body) : undefined,
  }));
  const zeros = new Set(parts.flatMap((part) => part.zeros ?? []));
  const replaced = replacements(
    parts.flatMap(({ node }) => node ?? []),
    (product) =>
      widening === 'eachTime' && (product.zero === undefined || zeros.has(product.zero))
        ? writeNarrow(product)
        : writeWide(product),
  );
  if (replaced.size === 0) return model;
  const written = parts.flatMap(({ whole, node }) => {
    const by = node && replaced.get(node);
    return by ? by.flatMap((body) => field(NODE, body)) : [whole];
  });
  if (widening === 'eachTime') written.push(...field(TENSOR, float(ONE, 1)));
  return Buffer.concat(
    fields.flatMap(({ number, whole }) => (number === GRAPH ? field(GRAPH, ...written) : [whole])),
  );
}

/** What stands in the place of a node: the bodies of others, or none. */
function replacements(nodes: readonly Node[], write: (product: Product) => Buffer[]): Map<Node, Buffer[]> {
  const makers = new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node])));
  const users = new Map<string, Node[]>();
  for (const node of nodes) {
    for (const input of node.inputs) users.set(input, [...(users.get(input) ?? []), node]);
  }
  const replaced = new Map<Node, Buffer[]>();
  const roundings = new Set<Node>();
  for (const product of nodes) {
    const found = product.operator === 'MatMulInteger' && readProduct(product, { makers, users });
    if (!found) continue;
    replaced.set(product, write(found));
    for (const node of found.scaling) replaced.set(node, []);
    roundings.add(found.rounding);
  }
  for (const rounding of roundings) {
    const left = rounding.outputs.flatMap((output) => users.get(output) ?? []);
    if (left.every((node) => replaced.has(node))) replaced.set(rounding, []);
  }
  return replaced;
}

interface Product {
  rounding: Node;
  /** The steps that turn whole numbers into those they stand for. */
  scaling: readonly Node[];
  weights: string;
  zero: string | undefined;
  scale: string;
  output: string;
}

function readProduct(
  { inputs, outputs }: Node,
  { makers, users }: { makers: ReadonlyMap<string, Node>; users: ReadonlyMap<string, readonly Node[]> },
): Product | undefined {
  const [left = '', weights, , zero] = inputs;
  const onlyUser = (output: string | undefined, operator: string) => {
    const [user, ...others] = users.get(output ?? '') ?? [];
    return user?.operator === operator && others.length === 0 ? user : undefined;
  };
  const rounding = makers.get(left);
  const cast = onlyUser(outputs[0], 'Cast');
  const last = onlyUser(cast?.outputs[0], 'Mul');
  const factor = last?.inputs.find((input) => input !== cast?.outputs[0]) ?? '';
  const scales = makers.get(factor);
  const scale = scales?.inputs.find((input) => input !== rounding?.outputs[1]);
  const output = last?.outputs[0];
  const isAsExpected =
    rounding?.operator === 'DynamicQuantizeLinear' &&
    scales?.operator === 'Mul' &&
    scales.inputs.includes(rounding.outputs[1] ?? '') &&
    onlyUser(factor, 'Mul') === last;
  if (!isAsExpected || !cast || !last) return undefined;
  if (weights === undefined || scale === undefined || output === undefined) return undefined;
  return { rounding, scaling: [cast, scales, last], weights, zero, scale, output };
}

const node = (operator: string, inputs: readonly string[], to: string, ...attributes: Buffer[]) =>
  writeNode({ operator, inputs, outputs: [to] }, ...attributes);

// New names are made of what comes out: several steps may share weights.

function writeWide({ rounding, weights, zero, scale, output }: Product): Buffer[] {
  const toFloat = integer('to', FLOAT);
  const [float, origin, shifted, whole] = [`${output} f`, `${output} o`, `${output} s`, `${output} w`];
  const shift = [node('Cast', [zero ?? ''], origin, toFloat), node('Sub', [float, origin], shifted)];
  return [
    node('Cast', [weights], float, toFloat),
    ...(zero === undefined ? [] : shift),
    node('Mul', [zero === undefined ? float : shifted, scale], whole),
    node('MatMul', [rounding.inputs[0] ?? '', whole], output),
  ];
}

/** A `Cast` would be computed while the model is loaded; the runtime leaves this step for later. */
function writeNarrow({ rounding, weights, scale, output }: Product): Buffer[] {
  const [float, product] = [`${output} f`, `${output} p`];
  return [
    node('DequantizeLinear', [weights, ONE], float),
    node('MatMul', [rounding.inputs[0] ?? '', float], product),
    node('Mul', [product, scale], output),
  ];
}
