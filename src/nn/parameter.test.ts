/** First values: moments, seeds, independence of order. */
import { describe, expect, test } from 'vitest';
import { floats } from '../graph/index.ts';
import { random } from '../random.ts';
import {
  dense,
  type InitialiserName,
  initialise,
  initialisers,
  initialValues,
  network,
  type Parameter,
  place,
} from './index.ts';
import { expectNear, sameBits } from './testing.case.ts';

const fanIn = 200;
const fanOut = 300;
const parameter = (initial: InitialiserName, more: Partial<Parameter> = {}): Parameter => ({
  name: 'w',
  shape: [fanIn, fanOut],
  initial,
  fanIn,
  fanOut,
  role: 'weight',
  ...more,
});

/** Standard deviation and largest absolute value, from the papers. */
const expected: Readonly<Record<InitialiserName, { mean: number; std: number; limit: number }>> = {
  zeros: { mean: 0, std: 0, limit: 0 },
  ones: { mean: 1, std: 0, limit: 1 },
  normal: { mean: 0, std: 1, limit: Number.POSITIVE_INFINITY },
  'glorot-uniform': { mean: 0, std: Math.sqrt(2 / (fanIn + fanOut)), limit: Math.sqrt(6 / (fanIn + fanOut)) },
  'he-uniform': { mean: 0, std: Math.sqrt(2 / fanIn), limit: Math.sqrt(6 / fanIn) },
  'he-normal': { mean: 0, std: Math.sqrt(2 / fanIn), limit: Number.POSITIVE_INFINITY },
  'lecun-normal': { mean: 0, std: Math.sqrt(1 / fanIn), limit: Number.POSITIVE_INFINITY },
  'fan-in-uniform': { mean: 0, std: 1 / Math.sqrt(3 * fanIn), limit: 1 / Math.sqrt(fanIn) },
  orthogonal: { mean: 0, std: Math.sqrt(1 / Math.max(fanIn, fanOut)), limit: 1 },
};

const names = Object.keys(initialisers) as InitialiserName[];

describe.each(names)('%s', name => {
  test('mean, variance and limits are those of its formula', () => {
    const values = floats(initialValues(parameter(name), random(3)));
    const n = values.length;
    const mean = values.reduce((sum, value) => sum + value, 0) / n;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n;
    const wanted = expected[name];
    expect(Math.abs(mean - wanted.mean)).toBeLessThanOrEqual((4 * wanted.std) / Math.sqrt(n));
    expect(Math.abs(variance - wanted.std ** 2)).toBeLessThanOrEqual(0.03 * wanted.std ** 2);
    expect(values.every(value => Math.abs(value) <= wanted.limit * (1 + 1e-6))).toBe(true);
  });

  test('the same seed gives the same values, a gain scales them', () => {
    const values = floats(initialValues(parameter(name), random(3)));
    expect(sameBits(floats(initialValues(parameter(name), random(3))), values)).toBe(true);
    const doubled = floats(initialValues(parameter(name, { gain: 2 }), random(3)));
    expect(
      sameBits(
        doubled,
        values.map(value => 2 * value),
      ),
    ).toBe(true);
  });
});

describe('orthogonal', () => {
  /** The largest deviation of rows·rowsᵀ from the identity. */
  const deviation = (values: Float32Array, rows: number, columns: number, gain = 1): number => {
    let worst = 0;
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < rows; j++) {
        let sum = 0;
        for (let k = 0; k < columns; k++) sum += values[i * columns + k]! * values[j * columns + k]!;
        worst = Math.max(worst, Math.abs(sum / gain ** 2 - (i === j ? 1 : 0)));
      }
    }
    return worst;
  };
  const drawn = (shape: readonly number[], more: Partial<Parameter> = {}): Float32Array =>
    floats(initialValues(parameter('orthogonal', { shape, ...more }), random(5)));

  test('wide: the rows are orthonormal; tall: the columns', () => {
    expect(deviation(drawn([20, 50]), 20, 50)).toBeLessThan(1e-6);
    const tall = drawn([50, 20]);
    const turned = Float32Array.from({ length: 1000 }, (_, i) => tall[(i % 50) * 20 + Math.floor(i / 50)]!);
    expect(deviation(turned, 20, 50)).toBeLessThan(1e-6);
    expect(deviation(drawn([30, 2, 20], { gain: 3 }), 30, 40, 3)).toBeLessThan(1e-6);
  });

  test('each of several matrices on its own, those of members too', () => {
    const gates = drawn([60, 20], { matrix: [20, 20] });
    for (let gate = 0; gate < 3; gate++)
      expect(deviation(gates.subarray(gate * 400, (gate + 1) * 400), 20, 20)).toBeLessThan(1e-6);
    const layers = place(network([dense(7, 'relu', { initial: 'orthogonal' })], { members: 2 }), [5]);
    const weights = floats(initialise(layers, random(1)).get('dense1.weight'));
    for (let member = 0; member < 2; member++)
      expect(deviation(weights.subarray(member * 35, (member + 1) * 35), 5, 7)).toBeLessThan(1e-6);
  });
});

test('each part of an offset is added to its part of what was drawn', () => {
  const plain = floats(initialValues(parameter('he-normal'), random(3)));
  const offset = [0, 1, -2];
  const moved = floats(initialValues(parameter('he-normal', { offset }), random(3)));
  expectNear(
    moved,
    plain.map((value, i) => value + offset[Math.floor((3 * i) / plain.length)]!),
    1e-6,
  );
});

test('another seed and another name give other values', () => {
  const one = floats(initialValues(parameter('he-normal'), random(3)));
  expect(sameBits(floats(initialValues(parameter('he-normal'), random(4))), one)).toBe(false);
  expect(sameBits(floats(initialValues(parameter('he-normal', { name: 'v' }), random(3))), one)).toBe(false);
});

test('the values of a layer do not depend on the other layers, nor on what was drawn before', () => {
  const rng = random(9);
  const two = initialise(place(network([dense(4, 'relu'), dense(3)]), [5]), rng);
  rng.normal();
  const one = initialise(place(network([dense(4, 'relu')]), [5]), rng);
  expect(one.get('dense1.weight')).toEqual(two.get('dense1.weight'));
  const reversed = [...place(network([dense(4, 'relu'), dense(3)]), [5])].reverse();
  expect(new Map(initialise(reversed, random(9)))).toEqual(two);
});

test('synapses that do not exist start at 0, and the others are not moved by that', () => {
  const mask = Float32Array.from({ length: fanIn * fanOut }, (_, i) => (i % 3 === 0 ? 0 : 1));
  const whole = floats(initialValues(parameter('he-normal'), random(3)));
  const masked = floats(initialValues(parameter('he-normal', { mask }), random(3)));
  masked.forEach((value, i) => {
    if (value !== (mask[i] === 0 ? 0 : whole[i])) expect.fail(`element ${i} is ${value}`);
  });
});
