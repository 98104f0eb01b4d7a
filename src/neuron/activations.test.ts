import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HillockError } from '../errors.ts';
import { type Activation, activation, activationNames, activations } from './activations.ts';

const everyActivation = activationNames.map((name): [string, Activation] => [name, activations[name]]);

/** Computed with mpmath at 40 digits and rounded to the nearest double. */
const precise: Record<string, [z: number, y: number][]> = {
  step: [
    [0, 0],
    [1e-12, 1],
    [-3, 0],
  ],
  relu: [
    [3.02, 3.02],
    [-2, 0],
  ],
  sigmoid: [
    [-40, 4.248354255291589e-18],
    [-2, 0.11920292202211756],
    [0, 0.5],
    [3.02, 0.9534695254852685],
  ],
  tanh: [
    [-0.5, -0.46211715726000974],
    [3.02, 0.99524819886711],
  ],
  linear: [[-2.5, -2.5]],
  'leaky-relu': [
    [-2, -0.02],
    [3.02, 3.02],
  ],
  elu: [
    [-2, -0.8646647167633873],
    [-1e-9, -9.999999995e-10],
    [1, 1],
  ],
  selu: [
    [-2, -1.520166468595695],
    [1, 1.0507009873554805],
  ],
  gelu: [
    [-20, -5.507248237212468e-88],
    [-5, -1.4332578593959695e-6],
    [-2, -0.04550026389635842],
    [-0.5, -0.15426876936299344],
    [1, 0.8413447460685429],
  ],
  silu: [
    [-40, -1.6993417021166355e-16],
    [-2, -0.23840584404423512],
    [1, 0.7310585786300049],
  ],
  mish: [
    [-20, -4.122307240628761e-8],
    [-2, -0.2525014826957089],
    [1, 0.8650983882673103],
  ],
  softplus: [
    [-40, 4.248354255291589e-18],
    [-2, 0.1269280110429725],
    [1, 1.3132616875182228],
    [1000, 1000],
  ],
};

describe.each(everyActivation)('%s', (name, record) => {
  test('is filed under its own name', () => {
    expect(record.name).toBe(name);
    expect(activation(name)).toBe(record);
  });

  test.each(precise[name]!)('f(%d) = %d', (z, y) => {
    expect(Math.abs(record.output(z) - y)).toBeLessThanOrEqual(5e-14 * Math.abs(y));
  });

  test('the derivative agrees with finite differences', () => {
    const { derivative } = record;
    if (derivative === null) return;
    fc.assert(
      fc.property(fc.double({ min: -12, max: 12, noNaN: true }), z => {
        const h = 1e-5;
        fc.pre(Math.abs(z) > 2 * h);
        const slope = (record.output(z + h) - record.output(z - h)) / (2 * h);
        expect(derivative(z)).toBeCloseTo(slope, 8);
      }),
    );
  });

  test('never overflows and stays within its range', () => {
    const [low, high] = record.range;
    for (const z of [-1e300, -1000, -745, -40, -1, -1e-12, 0, 1e-12, 1, 40, 745, 1000, 1e300]) {
      const y = record.output(z);
      expect(Number.isFinite(y)).toBe(true);
      expect(y).toBeGreaterThanOrEqual(low);
      expect(y).toBeLessThanOrEqual(high);
      if (record.derivative) expect(Number.isFinite(record.derivative(z))).toBe(true);
    }
  });

  test('reaches its range', () => {
    const [low, high] = record.range;
    const outputs = Array.from({ length: 200_001 }, (_, i) => record.output((i - 100_000) / 1000));
    expect(Math.min(...outputs.slice(0, 100_001))).toBeLessThan(Number.isFinite(low) ? low + 1e-6 : 0);
    expect(outputs.at(-1)).toBeGreaterThan(Number.isFinite(high) ? high - 1e-6 : 99);
  });
});

test('step declares that it has no slope to follow', () => {
  expect(activations.step.derivative).toBeNull();
  expect(activationNames.filter(name => activations[name].derivative === null)).toEqual(['step']);
});

test.each([
  ['sigmiod', 'did you mean sigmoid?'],
  ['ReLU', 'did you mean relu?'],
  ['constructor', `one of ${activationNames.join(', ')}`],
])('the unknown name %s gets a hint', (name, hint) => {
  const error = catchError(() => activation(name));
  expect(error).toMatchObject({ kind: 'usage', hint });
});

function catchError(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(HillockError);
    return error;
  }
  throw new Error('nothing was thrown');
}
