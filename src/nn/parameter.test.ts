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
import { sameBits } from './testing.case.ts';

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
