import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bools, constant, f32, i32, i64, input, named, strings, type Tensor, u8 } from '../graph/index.ts';
import { add, gather, identity, labelEncode, loop, matMul, mul, relu, scalar } from '../ops/index.ts';
import { decodeModel } from './decode.ts';
import { encodeModel } from './encode.ts';
import { GraphProto, ModelProto } from './schema.ts';
import { type Decoded, decodeMessage, encodeMessage } from './wire.ts';

const tensors: readonly Tensor[] = [
  f32([1.5, Number.NaN, Number.POSITIVE_INFINITY, -0], [2, 2]),
  f32([], [0, 3]),
  f32([7], []),
  { dtype: 'float64', shape: [1], data: Float64Array.of(Math.PI) },
  i32([-1, 2]),
  i64([-1, 2 ** 53]),
  u8([0, 255]),
  bools([true, false]),
  strings(['', 'ä 🙂', 'line\nbreak']),
];

/** A model with every kind of field we write: a loop, texts, constants of several types, metadata. */
function sample(): Uint8Array {
  const x = input('x', ['N', 2]);
  const word = input('word', ['N'], 'string');
  const count = input('count', [], 'int64');
  const w = constant(f32([1, 2, 3, 4], [2, 2]), 'w');
  const { state, stacked } = loop(count, [w], 'trips', (_, [h]) => ({ state: [mul(h!, scalar(0.5))], emit: [h!] }));
  const table = constant(f32([0, 1, 2], [3, 1]));
  const code = labelEncode(word, ['ä', 'b']);
  const outputs = [add(matMul(x, state[0]!), gather(table, code)), stacked[0]!];
  return encodeModel(
    { inputs: [x, word, count], outputs },
    {
      outputs: ['y', 'history'],
      metadata: { spec: '{"a":1}', '': 'ü' },
      documentation: new Map([['x', 'two numbers']]),
    },
  );
}

const graphOf = (bytes: Uint8Array) => decodeMessage(ModelProto, bytes).graph as Decoded;
const namesOf = (list: Decoded[string]) => (list as readonly Decoded[]).map(({ name }) => name);

function readOrRefuse(bytes: Uint8Array): void {
  try {
    decodeModel(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
  }
}

describe('ONNX models', () => {
  test('metadata, stored tensors and operators are read back', () => {
    const model = decodeModel(sample());
    expect([...model.metadata]).toEqual([
      ['spec', '{"a":1}'],
      ['', 'ü'],
    ]);
    expect(model.tensors.get('w')).toEqual(f32([1, 2, 3, 4], [2, 2]));
    expect([...model.operators].sort()).toEqual(['Add', 'Gather', 'Loop', 'MatMul', 'ai.onnx.ml.LabelEncoder']);
  });

  test.each(tensors.map(tensor => [`${tensor.dtype}[${tensor.shape}]`, tensor] as const))(
    'a stored %s comes back',
    (_, tensor) => {
      const bytes = encodeModel({ inputs: [], outputs: [identity(constant(tensor, 'stored'))] }, { outputs: ['y'] });
      expect(decodeModel(bytes).tensors.get('stored')).toEqual(tensor);
    },
  );

  test('a view stores its own elements only', () => {
    const view = f32(Float32Array.of(9, 1, 2, 9).subarray(1, 3));
    const bytes = encodeModel({ inputs: [], outputs: [identity(constant(view, 'v'))] }, { outputs: ['y'] });
    expect(decodeModel(bytes).tensors.get('v')).toEqual(f32([1, 2]));
  });

  test('names are kept and made unique where two values ask for one', () => {
    const a = input('x', [2]);
    const h1 = named(relu(a), 'h');
    const h2 = named(relu(h1), 'h');
    const graph = graphOf(encodeModel({ inputs: [a], outputs: [h2, h1, h2, a] }, { outputs: ['y', 'h', 'y2', 'x'] }));
    const outputs = namesOf(graph.output);
    const made = (graph.node as readonly Decoded[]).flatMap(node => node.output as string[]);
    expect(outputs.slice(0, 3)).toEqual(['y', 'h', 'y2']);
    expect(new Set(made).size).toBe(made.length);
    for (const name of outputs) expect(made).toContain(name);
  });

  test('documentation stands beside inputs and outputs', () => {
    const [x] = graphOf(sample()).input as readonly Decoded[];
    expect(x).toMatchObject({ name: 'x', docString: 'two numbers' });
  });

  test('an input that was not declared is named', () => {
    const a = input('a', [2]);
    const b = input('forgotten', [2]);
    expect(() => encodeModel({ inputs: [a], outputs: [add(a, b)] }, { outputs: ['y'] })).toThrow(/forgotten/);
  });

  test('20,000 nodes in a row are written and read', () => {
    const x = input('x', [2]);
    let y = x;
    for (let i = 0; i < 20_000; i++) y = relu(y);
    const bytes = encodeModel({ inputs: [x], outputs: [y] }, { outputs: ['y'] });
    expect((graphOf(bytes).node as readonly Decoded[]).length).toBe(20_000);
  });
});

describe('hostile bytes', () => {
  const good = sample();

  test('cut at every length', () => {
    for (let length = 0; length < good.length; length++) readOrRefuse(good.subarray(0, length));
    expect(() => decodeModel(good.subarray(0, good.length >> 1))).toThrow(RangeError);
  });

  test('every byte replaced by extremes', () => {
    for (let at = 0; at < good.length; at++)
      for (const value of [0, 0x7f, 0x80, 0xff]) readOrRefuse(good.with(at, value));
  });

  test('changed, inserted and removed at random', () => {
    const edits = fc.array(fc.tuple(fc.nat(good.length), fc.nat(3), fc.uint8Array({ maxLength: 6 })), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(edits, changes => {
        const bytes = [...good];
        for (const [at, removed, added] of changes) bytes.splice(at, removed, ...added);
        readOrRefuse(Uint8Array.from(bytes));
      }),
      { numRuns: 1500 },
    );
  });

  test('huge lengths anywhere', () => {
    const huge = [0xff, 0xff, 0xff, 0xff, 0x07];
    for (let at = 0; at < good.length; at += 3)
      readOrRefuse(Uint8Array.from([...good.subarray(0, at), ...huge, ...good.subarray(at + 1)]));
  });

  test('graphs inside graphs without end', () => {
    let graph = encodeMessage(GraphProto, { name: 'innermost' });
    const wrap = (field: number, inner: Uint8Array): Uint8Array<ArrayBuffer> => {
      const length: number[] = [];
      for (let rest = inner.length; ; rest >>>= 7) {
        length.push(rest > 127 ? (rest & 127) | 128 : rest);
        if (rest <= 127) break;
      }
      return Uint8Array.from([(field << 3) | 2, ...length, ...inner]);
    };
    for (let depth = 0; depth < 1500; depth++) graph = wrap(1, wrap(5, wrap(6, graph)));
    const bytes = Uint8Array.from([0x08, 9, ...wrap(7, graph)]);
    expect(() => decodeModel(bytes)).toThrow(RangeError);
    expect(() => decodeMessage(ModelProto, bytes)).toThrow('nested too deeply');
  });

  test.each([
    ['a negative size', [-2, -3], 24],
    ['sizes whose product overflows', [2 ** 31, 2 ** 31, 2 ** 31], 0],
    ['more elements than bytes', [1_000_000_000], 4],
    ['fewer elements than bytes', [1], 8],
  ])('a tensor with %s', (_, dims, size) => {
    const tensor = { name: 't', dims, dataType: 1, rawData: new Uint8Array(size) };
    const bytes = encodeMessage(ModelProto, { irVersion: 9, graph: { initializer: [tensor] } });
    expect(() => decodeModel(bytes)).toThrow("tensor 't'");
  });

  test.each([
    ['nothing', new Uint8Array(0)],
    ['text', new TextEncoder().encode('just text, no model')],
    ['a model without a graph', encodeMessage(ModelProto, { irVersion: 9 })],
  ])('%s is no model', (_, bytes) => {
    expect(() => decodeModel(bytes)).toThrow(/not an ONNX model/);
  });
});
