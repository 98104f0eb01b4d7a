/** Base forecasts by hand, and the shares that mix them best. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Base, bases, basesFor, baseWeights, levelWeights, mixedGrowth, mixedWeights } from './base.ts';
import { bestShares } from './mix.ts';

const window = [3, 1, 2, 6, 5, 4, 10, 8];
const forecast = (base: Base, horizon = 5): number[] => {
  const weights = baseWeights(base, window.length, horizon);
  return Array.from({ length: horizon }, (_, k) =>
    window.reduce((sum, value, i) => sum + value * weights[i * horizon + k]!, 0),
  );
};

// Seasons of 3: … 2 6 5 | 4 10 8, the last value 8 stands above 5, one season before it, by 3.
test.each<[string, number, number[]]>([
  ['last', 1, [8, 8, 8, 8, 8]],
  ['mean', 1, new Array(5).fill(39 / 8)],
  ['recent mean', 1, [9, 9, 9, 9, 9]],
  ['drift', 1, [8 + 5 / 7, 8 + 10 / 7, 8 + 15 / 7, 8 + 20 / 7, 8 + 25 / 7]],
  ['seasonal', 3, [4, 10, 8, 4, 10]],
  ['mean of two seasons', 3, [3, 8, 6.5, 3, 8]],
  ['seasonal with trend', 3, [7, 13, 11, 10, 16]],
  ['last with the usual growth', 1, [8, 8, 8, 8, 8]],
  ['seasonal with the usual growth', 3, [4, 10, 8, 4, 10]],
  ['seasonal, moved by the last value', 3, [7, 13, 11, 7, 13]],
  ['seasonal, moved by the last quarter', 3, [7, 13, 11, 7, 13]],
  ['seasonal, moved by the last half', 3, [7.5, 13.5, 11.5, 7.5, 13.5]],
])('%s by hand', (name, season, expected) => {
  forecast({ name, season }).forEach((value, k) => {
    expect(value).toBeCloseTo(expected[k]!, 12);
  });
});

test('every base is tested by hand above, goes on with a constant and needs no more than it says', () => {
  expect(bases.map(({ name }) => name)).toHaveLength(12);
  for (const base of basesFor([3], 60)) {
    const needs = bases.find(({ name }) => name === base.name)!.needs(base.season);
    for (const size of [needs, needs + 5]) {
      const weights = baseWeights(base, size, 4);
      for (let k = 0; k < 4; k++) {
        let sum = 0;
        for (let i = 0; i < size; i++) sum += weights[i * 4 + k]!;
        expect(sum).toBeCloseTo(1, 9);
      }
    }
  }
  expect(basesFor([3], 2).map(({ name }) => name)).toEqual(['last', 'mean', 'last with the usual growth']);
});

test('a mix is the sum of its shares', () => {
  const mix = [
    { name: 'last', season: 1, growth: 0, shares: [0.25, 1] },
    { name: 'seasonal', season: 3, growth: 0, shares: [0.75, 0] },
  ];
  const weights = mixedWeights(mix, 8, 2);
  const at = (k: number): number => window.reduce((sum, value, i) => sum + value * weights[i * 2 + k]!, 0);
  expect([at(0), at(1)]).toEqual([0.25 * 8 + 0.75 * 4, 8]);
});

test('growth goes on half as fast, by the season or by the step', () => {
  const seasonal = { name: 'seasonal with the usual growth', season: 3, growth: 0.4, shares: [1, 1, 1, 1, 0.5] };
  [0.2, 0.2, 0.2, 0.4, 0.2].forEach((value, k) => {
    expect(mixedGrowth([seasonal], 5)[k]).toBeCloseTo(value, 12);
  });
  const last = { name: 'last with the usual growth', season: 1, growth: 0.1, shares: [0.5, 1] };
  expect(mixedGrowth([last], 2)[0]).toBeCloseTo(0.025, 12);
  expect(mixedGrowth([last], 2)[1]).toBeCloseTo(0.1, 12);
});

test('the level is the mean of the last season, or of the last quarter', () => {
  expect([...levelWeights(4, 6)]).toEqual([0, 0, 0.25, 0.25, 0.25, 0.25]);
  expect([...levelWeights(1, 8)]).toEqual([0, 0, 0, 0, 0, 0, 0.5, 0.5]);
  expect([...levelWeights(1, 2)]).toEqual([0, 1]);
});

describe('the best shares', () => {
  const squares = (columns: readonly number[][], target: readonly number[]) => {
    const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
    return {
      gram: Float64Array.from(columns.flatMap(a => columns.map(b => dot(a, b)))),
      right: Float64Array.from(columns, column => dot(column, target)),
    };
  };

  test('by hand: between two forecasts', () => {
    // 0.3 · [2, 0] + 0.7 · [0, 2] = [0.6, 1.4]
    const [a, b] = bestShares(
      squares(
        [
          [2, 0],
          [0, 2],
        ],
        [0.6, 1.4],
      ),
      [0.5, 0.5],
      0,
    );
    expect(a).toBeCloseTo(0.3, 9);
    expect(b).toBeCloseTo(0.7, 9);
    expect(bestShares(squares([[1], [2]], [5]), [0.5, 0.5], 0)).toEqual([0, 1]);
  });

  test('no other shares are better', () => {
    const number = fc.double({ min: -3, max: 3, noNaN: true });
    const problem = fc.integer({ min: 2, max: 5 }).chain(count =>
      fc.record({
        columns: fc.array(fc.array(number, { minLength: 6, maxLength: 6 }), { minLength: count, maxLength: count }),
        target: fc.array(number, { minLength: 6, maxLength: 6 }),
        other: fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: count, maxLength: count }),
        strength: fc.constantFrom(0, 0.5),
      }),
    );
    fc.assert(
      fc.property(problem, ({ columns, target, other, strength }) => {
        const even = columns.map(() => 1 / columns.length);
        const cost = (shares: readonly number[]): number =>
          target.reduce((sum, t, i) => sum + (t - shares.reduce((y, w, c) => y + w * columns[c]![i]!, 0)) ** 2, 0) +
          strength * shares.reduce((sum, w, c) => sum + (w - even[c]!) ** 2, 0);
        const found = bestShares(squares(columns, target), even, strength);
        expect(found.every(share => share >= 0)).toBe(true);
        expect(found.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
        const total = other.reduce((sum, share) => sum + share, 0);
        for (const rival of [
          even,
          other.map(share => share / total),
          ...columns.map((_, c) => columns.map((__, i) => Number(i === c))),
        ]) {
          expect(cost(found)).toBeLessThanOrEqual(cost(rival) + 1e-6);
        }
      }),
    );
  });
});
