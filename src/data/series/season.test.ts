import { describe, expect, test } from 'vitest';
import { random } from '../../random.ts';
import { calendarSeasons, findSeasons } from './season.ts';
import { parseStep } from './step.ts';

type Value = (i: number, noise: () => number) => number;
const series = (length: number, seed: number, value: Value): Float64Array => {
  const rng = random(seed);
  return Float64Array.from({ length }, (_, i) => value(i, () => rng.normal()));
};
const walk = (): Value => {
  let at = 0;
  return (_, noise) => (at += noise());
};

test.each([
  ['month', [12]],
  ['quarter', [4]],
  ['2 months', [6]],
  ['week', [52]],
  ['day', [7, 365]],
  ['hour', [24, 168]],
  ['15 minutes', [4, 96, 672]],
  ['5 hours', []],
  ['year', []],
  ['row', []],
])('the calendar suggests for %s %j', (step, seasons) => expect(calendarSeasons(parseStep(step))).toEqual(seasons));

describe('findSeasons', () => {
  const yearly: Value = (i, noise) => 0.1 * i + 3 * Math.sin((2 * Math.PI * i) / 12) + noise();

  test('a season on a trend is confirmed, short pasts are not judged', () => {
    expect(findSeasons([series(120, 1, yearly)], parseStep('month'))).toEqual([12]);
    expect(findSeasons([series(35, 1, yearly)], parseStep('month'))).toEqual([]);
  });

  test('a clear season of a few years is confirmed, chance of a few years is not', () => {
    const clear: Value = (i, noise) => 0.1 * i + 3 * Math.sin((2 * Math.PI * i) / 12) + 0.5 * noise();
    const slow = (): Value => {
      let at = 0;
      return (_, noise) => (at = 0.7 * at + noise());
    };
    for (const months of [40, 48, 58]) {
      const count = (make: () => Value): number =>
        Array.from({ length: 100 }, (_, seed) => findSeasons([series(months, seed, make())], parseStep('month'))).flat()
          .length;
      expect(count(() => clear)).toBe(100);
      for (const make of [() => (_: number, noise: () => number) => noise(), walk, slow])
        expect(count(make)).toBeLessThan(8);
    }
  });

  test('several short pasts confirm together what one alone does not', () => {
    const weak: Value = (i, noise) => Math.sin((2 * Math.PI * i) / 12) + noise();
    const many = Array.from({ length: 20 }, (_, seed) => series(40, seed, weak));
    expect(many.filter(past => findSeasons([past], parseStep('month')).length > 0).length).toBeLessThan(15);
    expect(findSeasons(many, parseStep('month'))).toEqual([12]);
  });

  test('a week of like days is a day; a weekend makes it a week', () => {
    const daily: Value = (i, noise) => Math.sin((2 * Math.PI * i) / 24) + 0.3 * noise();
    const weekly: Value = (i, noise) => daily(i, noise) * (Math.floor(i / 24) % 7 < 5 ? 1.5 : 0.3);
    expect(findSeasons([series(24 * 7 * 8, 2, daily)], parseStep('hour'))).toEqual([24]);
    expect(findSeasons([series(24 * 7 * 8, 2, weekly)], parseStep('hour'))).toEqual([168, 24]);
  });

  test('rows without a calendar are searched, and the shortest of the multiples taken', () => {
    const every9: Value = (i, noise) => [0, 1, 5, 2, 0, 3, 4, 1, 1][i % 9]! + 0.3 * noise();
    expect(findSeasons([series(300, 3, every9)], parseStep('row'))).toEqual([9]);
  });

  test('chance is rarely taken for a season: noise, a random walk, slow change', () => {
    const slow = (): Value => {
      let at = 0;
      return (_, noise) => (at = 0.9 * at + noise());
    };
    for (const make of [() => (_: number, noise: () => number) => noise(), walk, slow]) {
      const found = Array.from({ length: 100 }, (_, seed) =>
        findSeasons([series(240, seed, make())], parseStep('month')),
      );
      // One in forty by design.
      expect(found.flat().length).toBeLessThan(8);
      const searched = Array.from({ length: 10 }, (_, seed) =>
        findSeasons([series(240, seed, make())], parseStep('row')),
      );
      expect(searched.flat().length).toBeLessThan(3);
    }
  });

  test('constants and nothing have no season', () => {
    expect(findSeasons([new Float64Array(100).fill(0.1)], parseStep('month'))).toEqual([]);
    expect(findSeasons([new Float64Array(100).fill(0.1)], parseStep('row'))).toEqual([]);
    expect(findSeasons([], parseStep('day'))).toEqual([]);
  });
});
