/** Specifications: what a person or a stranger may write, and what they are told. */
import { describe, expect, test } from 'vitest';
import { HillockError } from '../errors.ts';
import { activationNames } from '../neuron/index.ts';
import {
  activationLayer,
  batchNorm,
  dense,
  dropout,
  flatten,
  layerNorm,
  network,
  parameterCount,
  parseNetwork,
  place,
} from './index.ts';

function failure(work: () => unknown): HillockError {
  try {
    work();
  } catch (error) {
    if (error instanceof HillockError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

const ok = { kind: 'dense', units: 4, activation: 'relu' };

describe('parseNetwork', () => {
  test('takes what the builders make', () => {
    const spec = network(
      [
        flatten(),
        dense(8, 'gelu', { bias: false, initial: 'he-uniform' }),
        batchNorm({ momentum: 0.3 }),
        layerNorm({ epsilon: 1e-3 }),
        dropout(0.5),
        activationLayer('mish'),
        dense(1, 'linear', { mask: Array.from({ length: 8 }, (_, i) => [i % 2 === 0 ? 1 : 0] as const) }),
      ],
      {},
    );
    expect(parseNetwork(JSON.parse(JSON.stringify(spec)))).toEqual(spec);
    const layers = place(spec, [2, 3]);
    expect(layers.map(({ name }) => name)).toEqual([
      'flatten1',
      'dense1',
      'batch-norm1',
      'layer-norm1',
      'dropout1',
      'activation1',
      'dense2',
    ]);
    // 6·8 weights, 2·8 of each norm, 4 synapses that exist and a bias; running statistics are not trained.
    expect(parameterCount(layers)).toBe(48 + 16 + 16 + 4 + 1);
  });

  test('fills in what is left out', () => {
    expect(
      parseNetwork({ layers: [{ kind: 'dense', units: 3 }, { kind: 'batch-norm' }, { kind: 'layer-norm' }] }),
    ).toEqual({
      layers: [
        { kind: 'dense', units: 3, activation: 'linear', bias: true },
        { kind: 'batch-norm', momentum: 0.1, epsilon: 1e-5 },
        { kind: 'layer-norm', epsilon: 1e-5 },
      ],
    });
    expect(parseNetwork({ layers: [] })).toEqual({ layers: [] });
  });

  test.each(activationNames)('knows the activation %s', activation => {
    expect(parseNetwork({ layers: [{ kind: 'dense', units: 1, activation }] }).layers[0]).toMatchObject({ activation });
  });

  const wrong: readonly (readonly [string, unknown, RegExp])[] = [
    ['nothing', null, /a network is \{"layers"/],
    ['a number', 3, /a network is/],
    ['a list', [ok], /a network is/],
    ['layers that are no list', { layers: { 0: ok } }, /a network is/],
    ['a layer that is nothing', { layers: [ok, null] }, /layer 2 has no kind/],
    ['a layer that is text', { layers: ['dense'] }, /layer 1 has no kind/],
    ['a kind that does not exist', { layers: [ok, { kind: 'dens', units: 3 }] }, /layer 2: unknown kind "dens"/],
    ['a kind from the prototype', { layers: [{ kind: 'constructor' }] }, /layer 1: unknown kind "constructor"/],
    ['no units', { layers: [{ kind: 'dense' }] }, /layer 1 \(dense\): units/],
    ['0 units', { layers: [{ kind: 'dense', units: 0 }] }, /layer 1 \(dense\): units/],
    ['half a unit', { layers: [{ kind: 'dense', units: 1.5 }] }, /layer 1 \(dense\): units/],
    ['units as text', { layers: [{ kind: 'dense', units: '4' }] }, /layer 1 \(dense\): units/],
    ['too many units', { layers: [{ kind: 'dense', units: 1e9 }] }, /layer 1 \(dense\): units/],
    ['an unknown activation', { layers: [ok, { ...ok, activation: 'rellu' }] }, /layer 2 \(dense\): activation/],
    ['an unknown initialiser', { layers: [{ ...ok, initial: 'he' }] }, /layer 1 \(dense\): initial/],
    ['a slip in a name', { layers: [{ ...ok, activaton: 'tanh' }] }, /layer 1 \(dense\).*activaton/],
    ['a mask of other numbers', { layers: [{ ...ok, mask: [[0.5]] }] }, /layer 1 \(dense\): mask/],
    ['a dropout rate of 1', { layers: [ok, ok, { kind: 'dropout', rate: 1 }] }, /layer 3 \(dropout\): rate/],
    ['a negative rate', { layers: [{ kind: 'dropout', rate: -0.1 }] }, /layer 1 \(dropout\): rate/],
    ['no rate', { layers: [{ kind: 'dropout' }] }, /layer 1 \(dropout\): rate/],
    ['a momentum of 0', { layers: [{ kind: 'batch-norm', momentum: 0 }] }, /layer 1 \(batch-norm\): momentum/],
    ['an epsilon of 0', { layers: [{ kind: 'layer-norm', epsilon: 0 }] }, /layer 1 \(layer-norm\): epsilon/],
    ['0 members', { layers: [ok], members: 0 }, /the network: members/],
    ['members as text', { layers: [ok], members: '8' }, /the network: members/],
    ['a field that does not exist', { layers: [ok], member: 8 }, /the network:.*member/],
    ['too many layers', { layers: Array.from({ length: 10_001 }, () => ({ kind: 'flatten' })) }, /the network: layers/],
  ];
  test.each(wrong)('%s is refused in words', (_, data, message) => {
    const error = failure(() => parseNetwork(data));
    expect(error.kind).toBe('usage');
    expect(error.message).toMatch(message);
  });
});

describe('place', () => {
  const misfits: readonly (readonly [string, Parameters<typeof network>[0], readonly number[], RegExp])[] = [
    [
      'images into a dense layer',
      [dense(2)],
      [1, 4, 4],
      /dense1: a dense layer takes rows of \[features\] or \[time, features\], got rows of shape \[1,4,4\]/,
    ],
    ['a mask with too few rows', [dense(3), dense(2, 'relu', { mask: [[1, 0]] })], [4], /dense2: the mask.*3 rows/],
    ['a mask with a row too short', [dense(2, 'relu', { mask: [[1, 0], [1]] })], [2], /dense1: the mask.*of 2/],
  ];
  test.each(misfits)('%s', (_, layers, shape, message) => {
    const error = failure(() => place(network(layers), shape));
    expect(error.kind).toBe('usage');
    expect(error.message).toMatch(message);
  });
});
