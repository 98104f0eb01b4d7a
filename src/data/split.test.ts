import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { random } from '../random.ts';
import { kfold, split, splitByTime } from './split.ts';

const sorted = (parts: readonly Int32Array[]): number[] => parts.flatMap(part => [...part]).sort((a, b) => a - b);
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const shares = fc.record({
  validation: fc.double({ min: 0.05, max: 0.4, noNaN: true }),
  test: fc.double({ min: 0.05, max: 0.4, noNaN: true }),
});

describe('split', () => {
  test('every row is in exactly one part, the shares are kept, the seed decides', () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 500 }), shares, fc.nat(), (rows, wanted, seed) => {
        const parts = split(rows, wanted, random(seed));
        expect(sorted([parts.train, parts.validation, parts.test])).toEqual(range(rows));
        expect(Math.abs(parts.test.length - wanted.test * rows)).toBeLessThanOrEqual(1);
        expect(Math.abs(parts.validation.length - wanted.validation * rows)).toBeLessThanOrEqual(1);
        expect(split(rows, wanted, random(seed))).toEqual(parts);
      }),
    );
  });

  test('a class with three rows or more is in every part, a class with one row in train', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 }),
        shares,
        (sizes, wanted) => {
          const strata = sizes.flatMap((size, code) => Array.from({ length: size }, () => code));
          const parts = split(strata.length, wanted, random(1), strata);
          expect(sorted([parts.train, parts.validation, parts.test])).toEqual(range(strata.length));
          sizes.forEach((size, code) => {
            const [train, validation, held] = [parts.train, parts.validation, parts.test].map(
              part => part.filter(row => strata[row] === code).length,
            );
            expect(train).toBeGreaterThan(0);
            if (size === 1) expect(train).toBe(1);
            if (size < 3) return;
            expect(Math.min(validation!, held!)).toBeGreaterThan(0);
            expect(Math.abs(held! - wanted.test * size)).toBeLessThanOrEqual(1);
          });
        },
      ),
    );
  });

  test('no test part when none is asked for', () => {
    expect(split(10, { validation: 0.2, test: 0 }, random(1)).test).toHaveLength(0);
  });

  test('impossible shares are refused', () => {
    expect(() => split(10, { validation: 0.5, test: 0.5 }, random(1))).toThrow(/together below 1/);
  });
});

describe('splitByTime', () => {
  test('nothing in train is later than anything held out; rows without a time go to train', () => {
    const times = [5, 1, Number.NaN, 3, 2, 4, 0, 7, 6, 8];
    const parts = splitByTime(times, { validation: 0.2, test: 0.2 });
    expect([...parts.test].map(row => times[row])).toEqual([7, 8]);
    expect([...parts.validation].map(row => times[row])).toEqual([5, 6]);
    expect(sorted([parts.train, parts.validation, parts.test])).toEqual(range(10));
  });
});

describe('kfold', () => {
  test('test parts cover every row once and classes are spread evenly', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 10, maxLength: 200 }),
        fc.integer({ min: 2, max: 10 }),
        (strata, k) => {
          const folds = kfold(strata.length, k, random(3), strata);
          expect(sorted(folds.map(fold => fold.test))).toEqual(range(strata.length));
          for (const fold of folds) expect(sorted([fold.train, fold.test])).toEqual(range(strata.length));
          for (const code of [0, 1, 2, 3]) {
            const counts = folds.map(fold => fold.test.filter(row => strata[row] === code).length);
            expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
          }
        },
      ),
    );
  });

  test('more folds than rows are refused', () => {
    expect(() => kfold(3, 5, random(1))).toThrow(/between 2 and 3 folds/);
  });
});
