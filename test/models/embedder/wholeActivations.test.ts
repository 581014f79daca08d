import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { BUNDLED_ID } from '../../../runtime/models/embedder/catalog.ts';
import {
  field,
  type Node,
  readFields,
  readNode,
  writeNode,
} from '../../../runtime/models/embedder/worker/onnx.ts';
import { wholeActivations } from '../../../runtime/models/embedder/worker/wholeActivations.ts';
import { embedderPlaces } from '../../support/embedder.ts';

const product: Node[] = [
  { operator: 'DynamicQuantizeLinear', inputs: ['x'], outputs: ['q', 'qs', 'qz'] },
  { operator: 'Mul', inputs: ['qs', 'ws'], outputs: ['scale'] },
  { operator: 'MatMulInteger', inputs: ['q', 'w', 'qz', 'wz'], outputs: ['i'] },
  { operator: 'Cast', inputs: ['i'], outputs: ['f'] },
  { operator: 'Mul', inputs: ['f', 'scale'], outputs: ['y'] },
];

/** A model of these nodes, with something before, between and behind them. */
const modelOf = (nodes: readonly Node[], ...tensors: readonly Buffer[]) =>
  Buffer.concat([
    ...field(2, Buffer.from('maker')),
    ...field(
      7,
      ...field(2, Buffer.from('graph')),
      ...nodes.flatMap((it) => field(1, writeNode(it))),
      ...tensors.flatMap((it) => field(5, it)),
    ),
    ...field(8, Buffer.from([0x10, 11])),
  ]);

const nodesOf = (model: Buffer): Node[] =>
  readFields(model)
    .filter(({ number }) => number === 7)
    .flatMap(({ body = Buffer.alloc(0) }) => readFields(body))
    .flatMap(({ number, body }) => (number === 1 && body ? readNode(body) : []));

describe('a model of 8-bit weights', () => {
  it('multiplies with them in 32 bits', () => {
    assert.deepEqual(nodesOf(wholeActivations(modelOf(product), 'once')), [
      { operator: 'Cast', inputs: ['w'], outputs: ['y f'] },
      { operator: 'Cast', inputs: ['wz'], outputs: ['y o'] },
      { operator: 'Sub', inputs: ['y f', 'y o'], outputs: ['y s'] },
      { operator: 'Mul', inputs: ['y s', 'ws'], outputs: ['y w'] },
      { operator: 'MatMul', inputs: ['x', 'y w'], outputs: ['y'] },
    ]);
  });

  it('widens them each time they are used, where they have no zero of their own', () => {
    const zeros = Buffer.concat([...field(8, Buffer.from('wz')), ...field(5, Buffer.alloc(4))]);
    const others = Buffer.concat([...field(8, Buffer.from('wz')), ...field(5, Buffer.from([0, 0, 1]))]);
    const operators = (tensor: Buffer) =>
      nodesOf(wholeActivations(modelOf(product, tensor), 'eachTime')).map(({ operator }) => operator);
    assert.deepEqual(operators(zeros), ['DequantizeLinear', 'MatMul', 'Mul']);
    assert.deepEqual(operators(others), ['Cast', 'Cast', 'Sub', 'Mul', 'MatMul']);
    assert.deepEqual(nodesOf(wholeActivations(modelOf(product, zeros), 'eachTime')), [
      { operator: 'DequantizeLinear', inputs: ['w', 'zoey one'], outputs: ['y f'] },
      { operator: 'MatMul', inputs: ['x', 'y f'], outputs: ['y p'] },
      { operator: 'Mul', inputs: ['y p', 'ws'], outputs: ['y'] },
    ]);
  });

  it('keeps the rounding where something else needs it', () => {
    const other = { operator: 'MatMulInteger', inputs: ['q', 'v', 'qz'], outputs: ['z'] };
    const nodes = nodesOf(wholeActivations(modelOf([...product, other]), 'once'));
    assert.deepEqual(nodes[0], product[0]);
    assert.deepEqual(nodes.at(-1), other);
    assert.equal(
      nodes.some(({ outputs }) => outputs[0] === 'i'),
      false,
    );
  });

  it('is left as it is where it is written otherwise', () => {
    const twice = { operator: 'Neg', inputs: ['i'], outputs: ['n'] };
    for (const nodes of [[], product.slice(1), product.slice(0, -1), [...product, twice]]) {
      const model = modelOf(nodes);
      assert.equal(wholeActivations(model, 'once').equals(model), true);
    }
  });

  it('loses no byte of what it is made of', () => {
    const message = fc.array(fc.tuple(fc.integer({ min: 1, max: 3000 }), fc.uint8Array({ maxLength: 300 })));
    fc.assert(
      fc.property(message, (parts) => {
        const bytes = Buffer.concat(parts.flatMap(([number, body]) => field(number, Buffer.from(body))));
        const read = readFields(bytes);
        assert.deepEqual(
          read.map(({ number, body }) => [number, Uint8Array.from(body ?? [])]),
          parts,
        );
        assert.equal(Buffer.concat(read.map(({ whole }) => whole)).equals(bytes), true);
      }),
    );
  });

  it('that ends too early is told from one that does not', () => {
    const model = modelOf(product);
    for (let length = 1; length < model.length; length++) {
      const cut = model.subarray(0, length);
      let whole: Buffer[] = [];
      try {
        whole = readFields(cut).map((it) => it.whole);
      } catch (error) {
        assert.ok(error instanceof RangeError);
        continue;
      }
      assert.equal(Buffer.concat(whole).equals(cut), true);
    }
  });

  it('has no rounding left, where it is the bundled one', async function () {
    const places = await embedderPlaces();
    if (!places) return this.skip();
    const file = path.join(places.bundled, ...BUNDLED_ID.split('/'), 'onnx/model_quantized.onnx');
    const model = await readFile(file);
    for (const widening of ['once', 'eachTime'] as const) {
      const operators = nodesOf(wholeActivations(model, widening)).map(({ operator }) => operator);
      const count = (wanted: string) => operators.filter((operator) => operator === wanted).length;
      assert.deepEqual([count('DynamicQuantizeLinear'), count('MatMulInteger'), count('MatMul')], [0, 0, 48]);
      // Three are for what words and places stand for, of which a text needs few.
      assert.equal(count('DequantizeLinear'), widening === 'once' ? 3 : 39);
    }
  });
});
