import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { random } from '../random.ts';
import { activationNames } from './activations.ts';
import { biasAsInput, neuron, randomNeuron } from './neuron.ts';

const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true });

describe('fire', () => {
  test('writes out the worked calculation', () => {
    const fired = neuron({ weights: [0.2, 0.00001], bias: 1, activation: 'sigmoid' }).fire([4, 80]);
    expect(fired.terms).toEqual([
      { x: 4, w: 0.2, product: 0.8 },
      { x: 80, w: 0.00001, product: 80 * 0.00001 },
    ]);
    expect(fired.bias).toBe(1);
    expect(fired.sum).toBeCloseTo(0.8008, 12);
    expect(fired.z).toBeCloseTo(1.8008, 12);
    expect(fired.y).toBeCloseTo(0.8582463, 7);
  });

  test.each([
    ['relu', 3.02],
    ['tanh', 0.9952482],
    ['sigmoid', 0.9534695],
  ] as const)('%s turns z = 3.02 into %d', (activation, y) => {
    expect(neuron({ weights: [1], activation }).fire([3.02]).y).toBeCloseTo(y, 7);
  });

  test('an all-zero input fires through the bias, and never without one', () => {
    expect(neuron({ weights: [3, -2], bias: 0.5, activation: 'relu' }).fire([0, 0]).y).toBe(0.5);
    const unbiased = neuron({ weights: [3, -2], activation: 'relu' });
    expect(unbiased.fire([0, 0])).toMatchObject({ z: 0, y: 0 });
    expect(unbiased.fire([0, 0]).bias).toBeUndefined();
    expect(unbiased.bias).toBeUndefined();
  });

  test('a matrix gives the same as its rows one by one', () => {
    const n = neuron({ weights: [0.5, -0.3], bias: 0.1, activation: 'tanh' });
    const rows = [
      [1.2, 0.8],
      [0, 0],
      [-4, 2],
    ];
    expect(n.fire(rows)).toEqual(rows.map(row => n.fire(row)));
  });

  test('the neuron keeps its own copy of the weights and is plain data', () => {
    const weights = [1, 2];
    const n = neuron({ weights, bias: 3, activation: 'linear' });
    weights[0] = 99;
    expect(JSON.parse(JSON.stringify(n))).toEqual({ weights: [1, 2], bias: 3, activation: 'linear' });
  });
});

test('the bias as an input gives the same z', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(finite, finite), { minLength: 1, maxLength: 8 }),
      finite,
      fc.constantFrom(...activationNames),
      (pairs, bias, activation) => {
        const weights = pairs.map(([w]) => w);
        const x = pairs.map(([, value]) => value);
        const n = neuron({ weights, bias, activation });
        const scale = pairs.reduce((sum, [w, value]) => sum + Math.abs(w * value), Math.abs(bias));
        const difference = biasAsInput(n).fire([1, ...x]).z - n.fire(x).z;
        expect(Math.abs(difference)).toBeLessThanOrEqual(1e-14 * scale);
      },
    ),
  );
  expect(() => biasAsInput({ weights: [1], activation: 'relu' })).toThrow('no bias');
});

describe('randomNeuron', () => {
  test('draws within ±1/√inputs and is the same for the same seed', () => {
    const draw = () => randomNeuron(16, 'sigmoid', random(7).uniform);
    const n = draw();
    expect(n.weights).toHaveLength(16);
    expect(n.weights.every(w => Math.abs(w) <= 0.25)).toBe(true);
    expect(new Set(n.weights).size).toBe(16);
    expect(Math.abs(n.bias!)).toBeLessThanOrEqual(0.25);
    expect(JSON.stringify(draw())).toBe(JSON.stringify(n));
    expect(JSON.stringify(randomNeuron(16, 'sigmoid', random(8).uniform))).not.toBe(JSON.stringify(n));
  });

  test('can have no bias', () => {
    expect(randomNeuron(2, 'step', () => 0.5, { bias: false })).toMatchObject({ weights: [0, 0], bias: undefined });
    expect(() => randomNeuron(0, 'step', () => 0.5)).toThrow('at least one input');
  });
});

describe('bad input', () => {
  const good = neuron({ weights: [1, 2], bias: 0, activation: 'relu' });
  test.each<[string, () => unknown, string]>([
    ['no weights', () => neuron({ weights: [], activation: 'relu' }), 'a neuron needs at least one weight'],
    [
      'a weight that is no number',
      () => neuron({ weights: [1, Number.NaN], activation: 'relu' }),
      'weight 2 must be a finite number, not NaN',
    ],
    [
      'an infinite bias',
      () => neuron({ weights: [1], bias: Infinity, activation: 'relu' }),
      'bias must be a finite number, not Infinity',
    ],
    [
      'an unknown activation',
      () => neuron({ weights: [1], activation: 'swishy' as 'silu' }),
      'unknown activation "swishy"',
    ],
    ['too few inputs', () => good.fire([1]), 'the neuron has 2 weights but got 1 input'],
    ['no inputs', () => good.fire([]), 'the neuron has 2 weights but got 0 inputs'],
    ['an input that is no number', () => good.fire([1, Number.NaN]), 'input 2 must be a finite number, not NaN'],
    [
      'a short row',
      () =>
        good.fire([
          [1, 2],
          [1, 2, 3],
        ]),
      'row 2: the neuron has 2 weights but got 3 inputs',
    ],
  ])('%s', (_, act, message) => {
    expect(act).toThrow(expect.objectContaining({ kind: 'usage', message }));
  });
});
