import { expect, test } from 'vitest';
import { random } from '../random.ts';
import { conformalWidths, coverageOf } from './interval.ts';

test('the rank by hand, step by step, signs and missing values aside', () => {
  // Nine errors, level 0.8: ⌈10 · 0.8⌉ = the 8th; level 0.9: the 9th; level 0.91: none.
  const errors = [1, -2, 3, -4, 5, -6, 7, -8, 9].flatMap(error => [error, 10 * error]);
  expect([...conformalWidths(errors, 2, 0.8)]).toEqual([8, 80]);
  expect([...conformalWidths(errors, 2, 0.9)]).toEqual([9, 90]);
  expect([...conformalWidths(errors, 2, 0.91)]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
  expect([...conformalWidths([Number.NaN, 3, 1, Number.NaN], 2, 0.5)]).toEqual([1, 3]);
  expect([...conformalWidths([], 2, 0.5)]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
});

test('new values are covered at the level, whatever their distribution, from few errors as from many', () => {
  const rng = random(7);
  const skewed = () => Math.exp(1.5 * rng.normal());
  for (const [count, level] of [
    [9, 0.8],
    [19, 0.9],
    [200, 0.9],
  ] as const) {
    let inside = 0;
    const trials = 4000;
    for (let trial = 0; trial < trials; trial++) {
      const width = conformalWidths(Array.from({ length: count }, skewed), 1, level)[0]!;
      if (skewed() <= width) inside++;
    }
    const expected = Math.ceil((count + 1) * level - 1e-9) / (count + 1);
    expect(Math.abs(inside / trials - expected)).toBeLessThan(4 * Math.sqrt((expected * (1 - expected)) / trials));
  }
});

test('coverage and width', () => {
  const found = coverageOf([0, 0, 0, 0], [1, 2, 1, 2], [1, 3, Number.NaN, 2], 2);
  expect(found).toEqual({
    coverage: 2 / 3,
    width: 5 / 3,
    steps: [
      { coverage: 1, width: 1 },
      { coverage: 0.5, width: 2 },
    ],
  });
});

test('levels and shapes that make no sense', () => {
  expect(() => conformalWidths([1], 1, 1)).toThrow(/between 0 and 1/);
  expect(() => conformalWidths([1], 1, 90)).toThrow(/between 0 and 1/);
  expect(() => conformalWidths([1, 2, 3], 2, 0.9)).toThrow(/no rows of 2 steps/);
});
