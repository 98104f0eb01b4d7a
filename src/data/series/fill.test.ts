import { expect, test } from 'vitest';
import { carryForward, fillGaps } from './fill.ts';

const gap = Number.NaN;
const filled = (values: number[], season: number) => {
  const array = Float64Array.from(values);
  const result = fillGaps(array, season);
  return { values: [...array], ...result };
};

test('three steps by a line', () => {
  expect(filled([0, gap, gap, gap, 8, gap, 10], 2)).toEqual({
    values: [0, 2, 4, 6, 8, 9, 10],
    count: 4,
    gaps: 2,
    first: 1,
    fromSeason: 0,
  });
});

test('four steps by the season before, which may be filled itself; by the line where there is none', () => {
  const long = filled([1, 2, 3, gap, gap, gap, gap, gap, gap, gap, 20], 3);
  expect(long).toEqual({ values: [1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 20], count: 7, gaps: 1, first: 3, fromSeason: 7 });
  expect(filled([0, gap, gap, gap, gap, 5], 3).values).toEqual([0, 1, 2, 0, 1, 5]);
  expect(filled([0, gap, gap, gap, gap, 5], 1).values).toEqual([0, 1, 2, 3, 4, 5]);
});

test('nothing to fill; a gap at the end stays', () => {
  expect(filled([1, 2], 1)).toMatchObject({ values: [1, 2], count: 0, gaps: 0, first: -1 });
  expect(filled([1, gap], 1)).toMatchObject({ values: [1, gap], count: 0 });
});

test('features carry the value before', () => {
  const carried = (values: number[]) => {
    const array = Float64Array.from(values);
    carryForward(array);
    return [...array];
  };
  expect(carried([gap, 2, gap, gap, 5, gap])).toEqual([2, 2, 2, 2, 5, 5]);
  expect(carried([gap, gap])).toEqual([gap, gap]);
});
