/** Whatever networks a person or a stranger writes: read as written or refused in words, of the shape that is promised. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HillockError } from '../errors.ts';
import { input } from '../graph/index.ts';
import {
  activationLayer,
  averagePool,
  batchNorm,
  conv1d,
  conv2d,
  convTranspose1d,
  convTranspose2d,
  dense,
  dropout,
  embedding,
  flatten,
  forward,
  globalAveragePool,
  globalMaxPool,
  inference,
  type LayerSpec,
  layerKinds,
  layerNorm,
  maxPool,
  network,
  parametersOf,
  parseNetwork,
  permute,
  place,
  repeat,
  reshape,
  residual,
  summary,
  upsample,
} from './index.ts';

const small = fc.integer({ min: 1, max: 4 });
const sizes = fc.oneof(small, fc.tuple(small, small));
const padding = fc.oneof(
  fc.constantFrom('same' as const, 'valid' as const),
  fc.integer({ min: 0, max: 3 }),
  fc.tuple(small, small),
);
const activation = fc.constantFrom('relu' as const, 'tanh' as const, 'linear' as const, 'gelu' as const);
const moves = fc.record(
  { stride: sizes, padding, dilation: sizes, groups: fc.constantFrom(1, 1, 2, 3), bias: fc.boolean() },
  { requiredKeys: [] },
);
const lines = fc.record(
  { stride: small, padding: fc.constantFrom('same' as const, 'valid' as const, 1), dilation: small },
  { requiredKeys: [] },
);

const simple: fc.Arbitrary<LayerSpec> = fc.oneof(
  fc.tuple(small, sizes, activation, moves).map(([k, size, f, rest]) => conv2d(k, size, f, rest)),
  fc.tuple(small, small, activation, lines).map(([k, size, f, rest]) => conv1d(k, size, f, rest)),
  fc
    .tuple(small, sizes, moves, fc.constantFrom(0, 1))
    .map(([k, size, rest, outputPadding]) => convTranspose2d(k, size, 'relu', { ...rest, outputPadding })),
  fc.tuple(small, small, lines).map(([k, size, rest]) => convTranspose1d(k, size, 'linear', rest)),
  fc.tuple(sizes, fc.record({ stride: sizes, padding }, { requiredKeys: [] })).map(([k, rest]) => maxPool(k, rest)),
  fc.tuple(sizes, fc.boolean()).map(([k, countPadding]) => averagePool(k, { padding: 'same', countPadding })),
  fc.constantFrom(
    globalAveragePool(),
    globalMaxPool(),
    flatten(),
    layerNorm(),
    activationLayer('silu'),
    embedding(4, 2),
  ),
  fc.integer({ min: -2, max: 3 }).map(axis => batchNorm({ axis })),
  fc.boolean().map(channels => dropout(0.3, channels ? { channels } : {})),
  fc.constantFrom([1, 0], [2, 0, 1], [0]).map(permute),
  fc.constantFrom([-1], [2, -1], [1, 4, -1], [6, 2, 2]).map(reshape),
  sizes.map(upsample),
  small.map(repeat),
  small.map(units => dense(units)),
);
const { layer } = fc.letrec<{ layer: LayerSpec; block: LayerSpec }>(tie => ({
  layer: fc.oneof({ maxDepth: 3, depthIdentifier: 'layers' }, simple, tie('block')),
  block: fc
    .record({
      layers: fc.array(tie('layer'), { maxLength: 3 }),
      shortcut: fc.option(fc.array(tie('layer'), { maxLength: 1 })),
      activation,
    })
    .map(({ layers, shortcut, activation }) => residual(layers, activation, shortcut ? { shortcut } : {})),
}));
const layers = fc.array(layer, { maxLength: 4 });
const rows = fc.constantFrom([4], [2, 7], [1, 6, 5], [4, 5, 5], [6, 9, 8]);

const refusedInWords = (work: () => unknown): boolean => {
  try {
    work();
    return false;
  } catch (error) {
    if (!(error instanceof HillockError) || error.kind !== 'usage') throw error;
    expect(error.message.length).toBeGreaterThan(10);
    return true;
  }
};

describe('networks from JSON', () => {
  test('what is written is read', () => {
    fc.assert(
      fc.property(layers, list => {
        const spec = network(list);
        expect(parseNetwork(JSON.parse(JSON.stringify(spec)))).toEqual(spec);
      }),
    );
  });

  test('what cannot be a network is refused in words, whatever it is', () => {
    fc.assert(fc.property(fc.jsonValue(), data => void refusedInWords(() => parseNetwork(data))));
    fc.assert(fc.property(fc.array(fc.jsonValue()), list => void refusedInWords(() => parseNetwork({ layers: list }))));
    const named = fc.record({ kind: fc.constantFrom(...layerKinds.map(({ kind }) => kind)) });
    const fields = fc.dictionary(fc.constantFrom('filters', 'kernel', 'layers', 'shape', 'units', 'x'), fc.jsonValue());
    const odd = fc.tuple(named, fields).map(([kind, rest]) => ({ ...rest, ...kind }));
    fc.assert(fc.property(fc.array(odd), list => void refusedInWords(() => parseNetwork({ layers: list }))));
  });

  test('what is left out is filled in, inside other layers too', () => {
    const conv = { kind: 'conv2d', filters: 2, kernel: 3 };
    expect(
      parseNetwork({ layers: [conv, { kind: 'residual', layers: [conv] }, { kind: 'max-pool', kernel: 2 }] }),
    ).toEqual(network([conv2d(2, 3), residual([conv2d(2, 3)]), maxPool(2)]));
  });

  const wrong: readonly (readonly [string, unknown, RegExp])[] = [
    ['a kernel of 0', { kind: 'conv2d', filters: 1, kernel: 0 }, /layer 1 \(conv2d\): kernel/],
    ['a kernel of three sizes', { kind: 'conv2d', filters: 1, kernel: [1, 2, 3] }, /layer 1 \(conv2d\): kernel/],
    ['a kernel of two sizes for sequences', { kind: 'conv1d', filters: 1, kernel: [1, 2] }, /\(conv1d\): kernel/],
    ['padding by an unknown rule', { kind: 'conv2d', filters: 1, kernel: 1, padding: 'full' }, /\(conv2d\): padding/],
    ['two sizes to be found', { kind: 'reshape', shape: [-1, -1] }, /\(reshape\): shape: only one size may be -1/],
    ['layers that are no list', { kind: 'residual', layers: 3 }, /layer 1 \(residual\): layers/],
    [
      'a slip inside',
      { kind: 'residual', layers: [], shortcut: [{ kind: 'flatten' }, { kind: 'dense', unit: 3 }] },
      /layer 1 \(residual\), shortcut 2 \(dense\): units/,
    ],
    [
      'an unknown kind inside',
      { kind: 'residual', layers: [{ kind: 'conv' }] },
      /layer 1 \(residual\), layers 1: unknown kind "conv"/,
    ],
  ];
  test.each(wrong)('%s is refused', (_, given, message) => {
    expect(() => parseNetwork({ layers: [given] })).toThrow(message);
  });

  test('a head is the network’s own or training’s, nothing else', () => {
    expect(parseNetwork({ layers: [], head: false })).toEqual({ layers: [], head: false });
    expect(() => parseNetwork({ layers: [], head: true })).toThrow(/the network: head/);
  });

  test('layers in layers in layers, and very many, are refused before they do harm', () => {
    let deep: unknown = { kind: 'flatten' };
    for (let i = 0; i < 5000; i++) deep = { kind: 'residual', layers: [deep] };
    expect(() => parseNetwork({ layers: [deep] })).toThrow(/16 deep/);
    const many = { kind: 'residual', layers: Array.from({ length: 9_000 }, () => ({ kind: 'flatten' })) };
    expect(() => parseNetwork({ layers: [many, many] })).toThrow(/more than 10000/);
  });
});

describe('networks in their places', () => {
  test('the graph has the promised shapes, or a layer says in words what it cannot take', () => {
    const seen = { placed: 0, refused: 0 };
    fc.assert(
      fc.property(layers, rows, (list, row) => {
        const spec = network(list);
        if (refusedInWords(() => place(spec, row))) return void seen.refused++;
        seen.placed++;
        const placed = place(spec, row);
        const leaves = new Map(parametersOf(placed).map(({ name, shape }) => [name, input(name, shape)]));
        const { y, layers } = forward(placed, input('x', ['N', ...row]), leaves, inference);
        expect(y.type.shape).toEqual(['N', ...(placed.at(-1)?.outputShape ?? row)]);
        const found = summary(spec, row);
        expect(layers.map(({ name, y }) => `${name} N,${y.type.shape.slice(1)}`)).toEqual(
          found.layers.map(({ name, output }) => `${name} N,${output}`),
        );
        expect(found.flops).toBeGreaterThanOrEqual(0);
        expect(Number.isInteger(found.parameters)).toBe(true);
      }),
      { numRuns: 1500 },
    );
    expect(seen.placed).toBeGreaterThan(150);
    expect(seen.refused).toBeGreaterThan(150);
  });

  const misfits: readonly (readonly [string, LayerSpec[], readonly number[], RegExp])[] = [
    [
      'a kernel larger than its map',
      [maxPool(2), conv2d(4, 5)],
      [3, 8, 8],
      /conv2d1: a window of 5 × 5 does not fit into rows of shape \[3,4,4\]/,
    ],
    [
      'a list into a convolution',
      [dense(9), conv2d(4, 3)],
      [4],
      /conv2d1: a conv2d layer takes rows of \[channels, height, width\], got rows of shape \[9\]/,
    ],
    [
      'groups that do not divide',
      [conv2d(4, 3, 'relu', { groups: 2 })],
      [3, 8, 8],
      /conv2d1: 2 groups must divide both the 3 channels.*4 filters/,
    ],
    [
      'a kernel for maps over a sequence',
      [maxPool([2, 3])],
      [3, 8],
      /max-pool1: kernel \[2,3\] has 2 numbers, the rows have 1 spatial axes/,
    ],
    [
      'padding that fills a window',
      [maxPool(2, { padding: 2 })],
      [3, 8, 8],
      /max-pool1: padding 2 must be below the kernel 2/,
    ],
    [
      'output padding above the stride',
      [convTranspose2d(2, 3, 'linear', { outputPadding: 1 })],
      [3, 4, 4],
      /conv-transpose2d1: output padding 1 must be below the stride 1/,
    ],
    [
      'numbers that do not fill a shape',
      [reshape([5, -1])],
      [3, 4],
      /reshape1: rows of shape \[3,4\] hold 12 numbers, they cannot be reshaped to \[5,-1\]/,
    ],
    [
      'an order of other axes',
      [permute([0, 2])],
      [3, 4],
      /permute1: order \[0,2\] does not name each axis of rows of shape \[3,4\]/,
    ],
    [
      'an axis that is not there',
      [batchNorm({ axis: 2 })],
      [3, 4],
      /batch-norm1: rows of shape \[3,4\] have no axis 2/,
    ],
    [
      'branches that do not agree',
      [residual([conv2d(8, 3)])],
      [4, 8, 8],
      /residual1: a residual layer adds what its layers make, \[8,6,6\], to its shortcut, \[4,8,8\]/,
    ],
    [
      'a misfit inside',
      [residual([flatten(), conv2d(8, 3)])],
      [4, 8, 8],
      /residual1\.conv2d1: a conv2d layer takes rows of/,
    ],
    [
      'codes behind learning layers',
      [dense(4), embedding(5, 2)],
      [3],
      /embedding1: .*dense1 before it could not learn/,
    ],
    [
      'codes behind a learning layer, inside',
      [dense(4), residual([embedding(5, 2)])],
      [3],
      /residual1\.embedding1: .*dense1/,
    ],
  ];
  test.each(misfits)('%s', (_, list, row, message) => {
    expect(() => place(network(list), row)).toThrow(message);
  });

  test('codes may pass what does not learn', () => {
    expect(place(network([reshape([-1]), dropout(0.1), embedding(5, 2)]), [2, 3]).at(-1)!.outputShape).toEqual([6, 2]);
  });
});
