/** The source of randomness: pinned values, moments, independent streams, fair permutations. */
import { describe, expect, test } from 'vitest';
import { permutation, type Random, random } from './random.ts';

const draw = (n: number, next: () => number): number[] => Array.from({ length: n }, next);

function moments(values: readonly number[]) {
  const n = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const power = (k: number): number => values.reduce((sum, value) => sum + (value - mean) ** k, 0) / n;
  const variance = power(2);
  return { mean, variance, skewness: power(3) / variance ** 1.5, kurtosis: power(4) / variance ** 2 };
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [moments(a), moments(b)];
  const covariance = a.reduce((sum, value, i) => sum + (value - x.mean) * (b[i]! - y.mean), 0) / a.length;
  return covariance / Math.sqrt(x.variance * y.variance);
}

/** Pearson's statistic of counts that should be equal. */
function chiSquare(counts: readonly number[]): number {
  const wanted = counts.reduce((a, b) => a + b, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - wanted) ** 2 / wanted, 0);
}

/** A bound that a fair statistic of `degrees` passes but for one time in ten thousand (Wilson and Hilferty). */
const limit = (degrees: number): number => degrees * (1 - 2 / (9 * degrees) + 3.72 * Math.sqrt(2 / (9 * degrees))) ** 3;

describe('values', () => {
  test('are the same for ever: runs of earlier versions replay', () => {
    const rng = random(1);
    expect(draw(3, rng.uniform)).toMatchInlineSnapshot(`
      [
        0.8824046598747373,
        0.8632548756431788,
        0.08328821719624102,
      ]
    `);
    expect(draw(3, random(1).normal)).toMatchInlineSnapshot(`
      [
        1.3511945438580935,
        -1.5669349197793332,
        0.413658102134874,
      ]
    `);
    expect(draw(3, random('rows').split('pass', 7).uniform)).toMatchInlineSnapshot(`
      [
        0.399391032056883,
        0.1748222834430635,
        0.7082781007047743,
      ]
    `);
    expect([...permutation(8, random(1))]).toMatchInlineSnapshot(`
      [
        1,
        2,
        4,
        3,
        5,
        0,
        6,
        7,
      ]
    `);
  });

  test('are a function of the seed', () => {
    for (const seed of [0, 1, -1, 2 ** 31, 2 ** 40 + 3, 0.5, 'a']) {
      expect(draw(4, random(seed).uniform)).toEqual(draw(4, random(seed).uniform));
    }
    const seeds = [0, 1, -1, 2, 2 ** 32, 2 ** 32 + 1, -(2 ** 32), 0.5, 0.25, 1.5, 1e-9, '', '0', '1', 'a', 'ab', 'ba'];
    const firsts = seeds.map(seed => draw(2, random(seed).uniform).join());
    expect(new Set(firsts).size).toBe(seeds.length);
  });
});

describe('uniform', () => {
  const values = draw(200_000, random(11).uniform);

  test('lies in [0, 1) with the moments of the uniform distribution', () => {
    expect(values.every(value => value >= 0 && value < 1)).toBe(true);
    const { mean, variance, skewness, kurtosis } = moments(values);
    expect(mean).toBeCloseTo(1 / 2, 2);
    expect(variance).toBeCloseTo(1 / 12, 3);
    expect(skewness).toBeCloseTo(0, 1);
    expect(kurtosis).toBeCloseTo(9 / 5, 1);
  });

  test('fills 100 boxes evenly, and pairs of neighbours 20 by 20', () => {
    const boxes = new Array<number>(100).fill(0);
    const pairs = new Array<number>(400).fill(0);
    values.forEach((value, i) => {
      boxes[Math.floor(100 * value)]!++;
      if (i % 2 === 1) pairs[20 * Math.floor(20 * values[i - 1]!) + Math.floor(20 * value)]!++;
    });
    expect(chiSquare(boxes)).toBeLessThan(limit(99));
    expect(chiSquare(pairs)).toBeLessThan(limit(399));
  });
});

test('normal has the moments and the tails of the standard normal distribution', () => {
  const values = draw(200_000, random(12).normal);
  const { mean, variance, skewness, kurtosis } = moments(values);
  expect(Math.abs(mean)).toBeLessThan(0.01);
  expect(Math.abs(variance - 1)).toBeLessThan(0.015);
  expect(Math.abs(skewness)).toBeLessThan(0.025);
  expect(Math.abs(kurtosis - 3)).toBeLessThan(0.05);
  const beyond = (z: number): number => values.filter(value => Math.abs(value) > z).length / values.length;
  expect(beyond(1)).toBeCloseTo(0.3173, 2);
  expect(beyond(2)).toBeCloseTo(0.0455, 2);
  expect(beyond(3)).toBeCloseTo(0.0027, 3);
  expect(Math.abs(correlation(values.slice(1), values.slice(0, -1)))).toBeLessThan(0.01);
});

test('below is even', () => {
  const rng = random(13);
  const counts = new Array<number>(7).fill(0);
  for (const value of draw(70_000, () => rng.below(7))) counts[value]!++;
  expect(chiSquare(counts)).toBeLessThan(limit(6));
});

describe('split', () => {
  const root = random(5);

  test('does not advance the stream it comes from, and does not depend on how far that is', () => {
    const [one, other] = [random(5), random(5)];
    const child = one.split('child').uniform();
    expect(one.uniform()).toBe(other.uniform());
    expect(other.split('child').uniform()).toBe(child);
  });

  test('neighbouring names make independent streams', () => {
    const streams: readonly Random[] = [
      root,
      root.split(0),
      root.split(1),
      root.split(2),
      root.split('0'),
      root.split('pass', 0),
      root.split('pass', 1),
      root.split('pass').split(0),
      root.split('pass').split('pass'),
      random(6),
      random(6).split(0),
    ];
    const values = streams.map(stream => draw(20_000, stream.uniform));
    values.forEach((a, i) => {
      values.slice(i + 1).forEach(b => {
        expect(Math.abs(correlation(a, b))).toBeLessThan(0.03);
      });
    });
  });

  test('the first values of a thousand streams are even', () => {
    const boxes = new Array<number>(20).fill(0);
    for (let i = 0; i < 4000; i++) boxes[Math.floor(20 * root.split('step', i).uniform())]!++;
    expect(chiSquare(boxes)).toBeLessThan(limit(19));
  });
});

describe('permutation', () => {
  test('every number is in it once', () => {
    for (const n of [0, 1, 2, 1000]) {
      const sorted = [...permutation(n, random(n))].sort((a, b) => a - b);
      expect(sorted).toEqual(Array.from({ length: n }, (_, i) => i));
    }
  });

  test('all 24 orders of four are equally likely', () => {
    const rng = random(17);
    const counts = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const key = permutation(4, rng).join('');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    expect(chiSquare([...counts.values()])).toBeLessThan(limit(23));
  });

  test('so they are when each has a stream of its own', () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const key = permutation(4, random(1).split('pass', i)).join('');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(chiSquare([...counts.values()])).toBeLessThan(limit(23));
  });
});
