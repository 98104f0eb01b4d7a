/** Whatever stands in a table: regular series, or an error for a person. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HillockError } from '../../errors.ts';
import { type Column, makeTable, numberColumn, textColumn } from '../table.ts';
import { seriesOf } from './from-table.ts';
import { type SeriesOptions, type SeriesSet, timeAt } from './series.ts';
import { splitSeries, windowsOf } from './split.ts';
import { stepUnits } from './step.ts';

const rows = 12;
const listOf = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(value, { minLength: rows, maxLength: rows });
const cell = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -3, max: 40 }) },
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 1e300, 0.25),
);
const days = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 18_000, max: 18_040 }) },
  fc.constantFrom(Number.NaN, 18_000.5, 18_001.25, -40_000, 1e7, 1e9),
);
const rising = fc
  .tuple(fc.integer({ min: 0, max: 20_000 }), fc.constantFrom(1, 2, 7, 30, 31, 365, 1 / 24, 0.37))
  .chain(([start, step]) =>
    listOf(fc.integer({ min: 0, max: 3 })).map(gaps => {
      let at = start;
      return gaps.map(gap => (at += step * Math.max(1, gap)));
    }),
  );
const dateValues = fc.oneof(listOf(days), { weight: 3, arbitrary: rising });
const word = fc.constantFrom('a', 'b', '1-01', '1-02', '1-03', '2020Q1', '2020Q2', '13:00', 'Jan 1999', null);

const tablesOf = (date: fc.Arbitrary<number[] | null>) =>
  fc
    .record({
      date,
      y: listOf(cell),
      hour: listOf(fc.integer({ min: 0, max: 24 })),
      x: listOf(cell),
      w: listOf(word),
    })
    .map(({ date, y, hour, x, w }) => {
      const columns: Column[] = [
        numberColumn('y', y),
        numberColumn('hour', hour),
        numberColumn('x', x),
        textColumn('w', w),
      ];
      if (date) columns.unshift({ name: 'date', type: 'date', values: Float64Array.from(date), format: 'yyyy-mm-dd' });
      return makeTable('t', columns);
    });
const tables = tablesOf(fc.option(dateValues));
const names = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom('date', 'hour', 'x', 'w') },
  fc.constantFrom('y', 'nothing'),
);
const choices = fc.record(
  {
    time: fc.oneof(names, fc.array(names, { maxLength: 3 })),
    group: fc.oneof(names, fc.array(names, { maxLength: 2 })),
    features: fc.array(names, { maxLength: 3 }),
    known: fc.array(names, { maxLength: 2 }),
    ignore: fc.array(names, { maxLength: 2 }),
    step: fc.record({ unit: fc.constantFrom(...stepUnits), count: fc.integer({ min: 1, max: 3 }) }),
    duplicates: fc.constantFrom('error' as const, 'mean' as const, 'sum' as const),
  },
  { requiredKeys: [] },
);

function orError<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof HillockError && error.kind !== 'unexpected') return undefined;
    throw error;
  }
}

function checkSet(set: SeriesSet): void {
  for (const { values, observed, features, history, length, start, step } of set.series) {
    expect([values.length, observed.length]).toEqual([length, length]);
    expect(history).toBeGreaterThan(0);
    expect([observed[0], observed[history - 1]]).toEqual([1, 1]);
    expect(values.subarray(0, history).every(Number.isFinite)).toBe(true);
    expect(values.subarray(history).every(Number.isNaN)).toBe(true);
    expect(observed.subarray(history).includes(1)).toBe(false);
    expect([...features.keys()]).toEqual([...set.features]);
    for (const column of features.values())
      expect([column.length, column.every(Number.isFinite)]).toEqual([length, true]);
    expect(timeAt({ start, step }, length)).toBeGreaterThan(start);
  }
}

test('any table gives regular series without holes, or an error in words', () => {
  let given = 0;
  fc.assert(
    fc.property(
      tables,
      fc.oneof(
        choices,
        choices.map(({ duplicates }) => ({ duplicates })),
      ),
      (table, options) => {
        const set = orError(() => seriesOf(table, { target: 'y', ...options } as SeriesOptions));
        if (!set) return;
        given++;
        checkSet(set);
      },
    ),
    { numRuns: 600 },
  );
  expect(given).toBeGreaterThan(40);
});

test('the order of the rows changes nothing', () => {
  fc.assert(
    fc.property(rising, fc.infiniteStream(fc.nat()), (dates, keys) => {
      const table = (order: readonly number[]) =>
        makeTable('t', [
          { name: 'date', type: 'date', values: Float64Array.from(order, i => dates[i]!), format: 'yyyy-mm-dd' },
          numberColumn(
            'y',
            order.map(i => i * i),
          ),
        ]);
      const order = dates
        .map((_, i) => [keys.next().value!, i] as const)
        .sort((a, b) => a[0] - b[0])
        .map(([, i]) => i);
      const [sorted, shuffled] = [dates.map((_, i) => i), order].map(rows =>
        orError(() => seriesOf(table(rows), { target: 'y' })),
      );
      expect(shuffled?.fingerprint).toBe(sorted?.fingerprint);
    }),
  );
});

const sizes = fc.oneof(fc.integer({ min: -1, max: 8 }), fc.double({ min: 0, max: 0.5, noNaN: true }));
const groupings = fc.constantFrom([], ['w']);
const spans = fc.integer({ min: 0, max: 6 });

test('windows keep to their part and look back only, or the sizes are refused in words', () => {
  let given = 0;
  fc.assert(
    fc.property(
      tablesOf(rising),
      groupings,
      sizes,
      sizes,
      spans,
      spans,
      spans,
      (table, group, validation, test, window, horizon, stride) => {
        const set = orError(() => seriesOf(table, { target: 'y', group }));
        const split = set && orError(() => splitSeries(set, { validation, test }));
        if (!set || !split) return;
        for (const part of ['train', 'validation', 'test'] as const) {
          const windows = orError(() => windowsOf(set, split, part, { window, horizon, stride }));
          if (!windows) continue;
          given++;
          const { begin, end } = split.parts[part];
          windows.origins.forEach((origin, i) => {
            const s = windows.series[i]!;
            const { observed } = set.series[s]!;
            expect(origin).toBeGreaterThanOrEqual(Math.max(begin[s]!, window));
            expect(origin + horizon).toBeLessThanOrEqual(end[s]!);
            expect(observed[origin - 1]).toBe(1);
            expect(observed.subarray(origin, origin + horizon).includes(1)).toBe(true);
          });
        }
        set.series.forEach((series, s) => {
          const { train, validation, test } = split.parts;
          expect([train.begin[s], train.end[s], validation.end[s], test.end[s]]).toEqual([
            0,
            validation.begin[s],
            test.begin[s],
            series.history,
          ]);
        });
      },
    ),
    { numRuns: 300 },
  );
  expect(given).toBeGreaterThan(40);
});
