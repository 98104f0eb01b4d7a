/** Nodes of ONNX as other programs write them, byte for byte by hand: weights behind other nodes, and nodes that are no layer. */
import { describe, expect, test } from 'vitest';
import { HillockError } from '../../errors.ts';
import { floats } from '../../graph/index.ts';
import {
  batchNorm,
  dense,
  embedding,
  flatten,
  gru,
  type LayerSpec,
  layerNorm,
  lstm,
  reshape,
  rnn,
} from '../../nn/index.ts';
import type { Fields } from '../../onnx/wire.ts';
import { described, foreignModel, halves, type NodeLine, tensor, whole, words } from './foreign.case.ts';
import { type Imported, importModel } from './index.ts';

const to = (dataType: number) => whole('to', dataType);

function read(
  nodes: readonly NodeLine[],
  tensors: readonly Fields[],
  layers: readonly LayerSpec[],
  columns = 2,
): Imported {
  return importModel({
    source: 'a.onnx',
    bytes: foreignModel(nodes, tensors),
    spec: { source: 'network.json', json: described(layers, columns) },
  });
}

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(HillockError);
    return `${(error as HillockError).message}\n${(error as HillockError).hint}`;
  }
  throw new Error('it was accepted');
}

const norm: NodeLine = ['BatchNormalization', ['x', 'scale', 'shift', 'mean', 'var'], 'n'];
const last: NodeLine = ['Gemm', ['n', 'w', 'b'], 'y'];
const normTensors = [tensor('scale', [2]), tensor('shift', [2]), tensor('w', [2, 1]), tensor('b', [1])];
const normed = [batchNorm(), dense(1)];

describe('weights behind other nodes', () => {
  test('a Cast that loses nothing is passed through: mean 1 and −2, variance 0.5 and 4, of float16', () => {
    const found = read(
      [
        ['Cast', ['half mean'], 'mean', to(1)],
        ['Cast', ['half var'], 'wide', to(11)],
        ['Cast', ['wide'], 'var', to(1)],
        norm,
        last,
      ],
      [...normTensors, halves('half mean', [0x3c00, 0xc000]), halves('half var', [0x3800, 0x4400])],
      normed,
    );
    expect([...floats(found.parameters.get('batch-norm1.running_mean'))]).toEqual([1, -2]);
    expect([...floats(found.parameters.get('batch-norm1.running_var'))]).toEqual([0.5, 4]);
    expect(found.notes).toEqual(['converted from float16 to float32: mean, var']);
  });

  const all = [...normTensors, tensor('mean', [2]), tensor('var', [2])];
  const without = (name: string): readonly Fields[] => all.filter(one => one.name !== name);
  const square = [tensor('W', [1, 8, 2]), tensor('r', [1, 8, 2]), tensor('w', [2, 1]), tensor('b', [1])];
  test.each([
    [
      'a Cast that rounds',
      [['Cast', ['half mean'], 'rounded', to(10)], ['Cast', ['rounded'], 'mean', to(1)], norm, last],
      [...without('mean'), tensor('half mean', [2])],
      normed,
      /the node \/batchnormalization \(BatchNormalization\) cannot be imported: its input_mean is made by Cast/,
    ],
    [
      'a variance that another node makes',
      [['Mul', ['scale', 'scale'], 'var'], norm, last],
      without('var'),
      normed,
      /its input_var is made by Mul as the model runs\nfold constants/,
    ],
    ['a variance that is nowhere', [norm, last], without('var'), normed, /its input_var is not stored in the file/],
    [
      'a norm of too few inputs',
      [['BatchNormalization', ['x', 'scale', 'shift', 'mean'], 'n'], last],
      all,
      normed,
      /its input_var is not stored/,
    ],
    [
      'the bias of a layer norm',
      [['Neg', ['shift'], 'made'], ['LayerNormalization', ['x', 'scale', 'made'], 'n'], last],
      normTensors,
      [layerNorm(), dense(1)],
      /\/layernormalization .* its B is made by Neg/,
    ],
    [
      'the bias of a layer norm that is written out',
      [
        ['Neg', ['shift'], 'made'],
        ['Div', ['x', 'x'], 'd'],
        ['Mul', ['d', 'scale'], 'm'],
        ['Add', ['m', 'made'], 'n'],
        last,
      ],
      normTensors,
      [layerNorm(), dense(1)],
      /\/mul \(Mul\) cannot be imported: its bias is made by Neg/,
    ],
    [
      'the recurrent weights of an LSTM',
      [['Neg', ['r'], 'R'], ['LSTM', ['x', 'W', 'R'], 'n'], last],
      square,
      [reshape([1, 2]), lstm(2), dense(1)],
      /\/lstm \(LSTM\) cannot be imported: its R is made by Neg/,
    ],
    [
      'no recurrent weights of a GRU',
      [['GRU', ['x', 'W'], 'n', whole('linear_before_reset', 1)], last],
      square,
      [reshape([1, 2]), gru(2), dense(1)],
      /its R is not stored/,
    ],
    [
      'the weight of a product',
      [
        ['Neg', ['w'], 'made'],
        ['MatMul', ['x', 'made'], 'y'],
      ],
      normTensors,
      [dense(1)],
      /\/matmul \(MatMul\) cannot be imported: its B is made by Neg/,
    ],
  ] as readonly (readonly [string, readonly NodeLine[], readonly Fields[], readonly LayerSpec[], RegExp])[])(
    '%s is refused in words',
    (_, nodes, tensors, layers, message) => {
      expect(refusal(() => read(nodes, tensors, layers))).toMatch(message);
    },
  );

  test('a bias that is left out of a layer norm is 0', () => {
    const found = read([['LayerNormalization', ['x', 'scale'], 'n'], last], normTensors, [layerNorm(), dense(1)]);
    expect([...floats(found.parameters.get('layer-norm1.bias'))]).toEqual([0, 0]);
  });
});

describe('weights of other shapes', () => {
  test.each([
    [
      'a product of more than matrices',
      [['MatMul', ['x', 'w'], 'y']],
      tensor('w', [4, 3, 2]),
      /weight has shape \[4,3,2\], it must be a matrix/,
    ],
    ['a Gemm of more than matrices', [['Gemm', ['x', 'w'], 'y']], tensor('w', [4, 3, 2]), /it must be a matrix/],
    ['a vector', [['MatMul', ['x', 'w'], 'y']], tensor('w', [4]), /weight has shape \[4\], it must be a matrix/],
  ] as readonly (readonly [string, readonly NodeLine[], Fields, RegExp])[])('%s', (_, nodes, weight, message) => {
    const layers = [dense(3, 'linear', { bias: false }), dense(1, 'linear', { bias: false })];
    const both: readonly NodeLine[] = [...nodes, ['MatMul', ['y', 'last'], 'z']];
    expect(refusal(() => read(both, [weight, tensor('last', [3, 1])], layers, 4))).toMatch(message);
  });

  test.each([
    ['two directions where one is told', [2, 4, 2]],
    ['a matrix', [4, 2]],
    ['rows that are no four gates', [1, 7, 2]],
  ])('an LSTM with %s', (_, shape) => {
    const tensors = [tensor('W', shape), tensor('R', [1, 4, 1]), tensor('w', [1, 1]), tensor('b', [1])];
    const nodes: readonly NodeLine[] = [['LSTM', ['x', 'W', 'R'], 'n'], last];
    expect(refusal(() => read(nodes, tensors, [reshape([1, 2]), lstm(1), dense(1)]))).toMatch(
      /\/lstm \(LSTM\) cannot be imported: an array has shape \[.*\], it must be that of 1 × 4 gates/,
    );
  });
});

describe('what a node says otherwise than the description', () => {
  const recurrent = [tensor('W', [1, 1, 2]), tensor('R', [1, 1, 1]), tensor('w', [1, 1]), tensor('b', [1])];
  test.each([
    ['another activation', rnn(1), words('activations', ['Relu']), /activations \[relu\], the description \[tanh\]/],
    [
      'none, where the layer has another',
      rnn(1, { activation: 'relu' }),
      [],
      /activations \[tanh\], the description \[relu\]/,
    ],
    ['numbers that are cut', rnn(1), [{ name: 'clip', type: 1, f: 3 }], /clip 3, the layer none/],
  ] as readonly (readonly [string, LayerSpec, readonly Fields[], RegExp])[])('%s', (_, layer, attributes, message) => {
    const nodes: readonly NodeLine[] = [['RNN', ['x', 'W', 'R'], 'n', attributes], last];
    expect(refusal(() => read(nodes, recurrent, [reshape([1, 2]), layer, dense(1)]))).toMatch(message);
  });

  test('the same activation, in other letters, is taken', () => {
    const nodes: readonly NodeLine[] = [['RNN', ['x', 'W', 'R'], 'n', words('activations', ['relu'])], last];
    const layers = [reshape([1, 2]), rnn(1, { activation: 'relu' }), dense(1)];
    expect([...floats(read(nodes, recurrent, layers).parameters.get('rnn1.weight'))]).toEqual([1 / 8, 2 / 8]);
  });

  test('a state that it starts from: zeros are, others are refused, one that is made as the model runs is told', () => {
    const layers = [reshape([1, 2]), rnn(1), dense(1)];
    const from = (state: string) => [['RNN', ['x', 'W', 'R', '', 'lengths', state], 'n'], last] as readonly NodeLine[];
    const read1 = (state: string) =>
      read(from(state), [...recurrent, tensor('h', [1, 1, 1]), tensor('o', [1, 1, 1], [0])], layers);
    expect(refusal(() => read1('h'))).toMatch(/starts from a state that is not zero/);
    const lengths = 'rnn1 reads whole sequences; in the file lengths tells how long each is';
    expect(read1('o').notes).toEqual([lengths]);
    expect(read1('given').notes).toEqual([
      lengths,
      expect.stringMatching(/^rnn1 starts from zeros; in the file it starts from given/),
    ]);
  });

  test('a norm over another axis than the last', () => {
    const nodes = (axis: number): readonly NodeLine[] => [
      ['LayerNormalization', ['x', 'scale'], 'n', whole('axis', axis)],
      last,
    ];
    const layers = [layerNorm(), dense(1)];
    expect(refusal(() => read(nodes(0), normTensors, layers))).toMatch(/axis 0, a layer-norm the last one/);
    expect(read(nodes(1), normTensors, layers).notes).toEqual([]);
  });

  test('what is added after one another is one bias: 3/8 + 1 + 4', () => {
    const nodes: readonly NodeLine[] = [
      ['Gemm', ['x', 'w', 'c'], 'g'],
      ['Add', ['g', 'one'], 'p'],
      ['Add', ['four', 'p'], 'y'],
    ];
    const tensors = [
      tensor('w', [2, 1]),
      tensor('c', [1], [3 / 8]),
      tensor('one', [1], [1]),
      tensor('four', [1, 1], [4]),
    ];
    expect([...floats(read(nodes, tensors, [dense(1)]).parameters.get('dense1.bias'))]).toEqual([5.375]);
    const wide = [...tensors.slice(0, 3), tensor('four', [2])];
    expect(refusal(() => read(nodes, wide, [dense(1)]))).toMatch(/biases of 1 and 1 and 2 numbers/);
  });

  test('codes that choose columns are no embedding', () => {
    const nodes: readonly NodeLine[] = [['Gather', ['table', 'x'], 'n', whole('axis', 1)], last];
    const tensors = [tensor('table', [3, 3]), tensor('w', [6, 1]), tensor('b', [1])];
    expect(refusal(() => read(nodes, tensors, [embedding(3, 3), flatten(), dense(1)]))).toMatch(/axis 1/);
  });
});
