import { describe, expect, test } from 'vitest';
import { HillockError } from '../../errors.ts';
import { random } from '../../random.ts';
import { makeTable, numberColumn, type Table, textColumn } from '../table.ts';
import { seriesOf } from './from-table.ts';
import { splitSeries, windowsOf } from './split.ts';

/** Days from 2020-01-01 + begin, one row each, of several series. */
function shops(spans: Readonly<Record<string, readonly [begin: number, length: number]>>): Table {
  const rows = Object.entries(spans).flatMap(([shop, [begin, length]]) =>
    Array.from({ length }, (_, i) => ({ shop, day: 18_262 + begin + i, y: i })),
  );
  return makeTable('shops.csv', [
    { name: 'day', type: 'date', values: Float64Array.from(rows, ({ day }) => day), format: 'yyyy-mm-dd' },
    textColumn(
      'shop',
      rows.map(({ shop }) => shop),
    ),
    numberColumn(
      'y',
      rows.map(({ y }) => y),
    ),
  ]);
}
const one = (length: number) => seriesOf(shops({ a: [0, length] }), { target: 'y', features: [] });
const spansOf = ({ begin, end }: { begin: Int32Array; end: Int32Array }) =>
  Array.from(begin, (from, s) => [from, end[s]]);

function refused(run: () => unknown): HillockError {
  try {
    run();
  } catch (error) {
    if (error instanceof HillockError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('splitSeries', () => {
  test('steps, and shares of the time', () => {
    for (const shares of [
      { validation: 20, test: 10 },
      { validation: 0.2, test: 0.1 },
    ]) {
      const { parts, steps } = splitSeries(one(100), shares);
      expect([spansOf(parts.train), spansOf(parts.validation), spansOf(parts.test)]).toEqual([
        [[0, 70]],
        [[70, 90]],
        [[90, 100]],
      ]);
      expect(steps).toEqual({ validation: 20, test: 10 });
    }
  });

  test('all series are cut at the same moments; one that ends early is said', () => {
    const set = seriesOf(shops({ a: [0, 100], b: [50, 50], c: [0, 85] }), { target: 'y', group: 'shop' });
    const { parts, notes } = splitSeries(set, { validation: 20, test: 10 });
    expect(spansOf(parts.train)).toEqual([
      [0, 70],
      [0, 20],
      [0, 70],
    ]);
    expect(spansOf(parts.validation)).toEqual([
      [70, 90],
      [20, 40],
      [70, 85],
    ]);
    expect(spansOf(parts.test)).toEqual([
      [90, 100],
      [40, 50],
      [85, 85],
    ]);
    expect(notes[0]!.message).toBe("1 of 3 series end before the test part begins (2020-03-31), the first is 'c'");
  });

  test('seasons are those of the training part', () => {
    const rng = random(1);
    const values = Array.from({ length: 100 }, (_, i) => (i < 50 ? rng.normal() : [1, 5, 9, 2, 2, 0, 4][i % 7]!));
    const table = makeTable('t', [
      { name: 'day', type: 'date', values: Float64Array.from(values, (_, i) => i), format: 'yyyy-mm-dd' },
      numberColumn('y', values),
    ]);
    const set = seriesOf(table, { target: 'y' });
    expect(set.seasons).toEqual([7]);
    expect(splitSeries(set, { validation: 0, test: 50 }).seasons).toEqual([]);
  });

  test('sizes that leave nothing, or make no sense', () => {
    expect(refused(() => splitSeries(one(30), { validation: 20, test: 10 })).message).toContain(
      'spans 30 steps of one day: validation (20) and test (10) leave nothing',
    );
    expect(refused(() => splitSeries(one(30), { validation: 0, test: -1 })).message).toContain('the test part is -1');
    expect(refused(() => splitSeries(one(30), { validation: 1.5, test: 1 })).message).toContain(
      'the validation part is 1.5',
    );
  });
});

describe('windowsOf', () => {
  const set = one(100);
  const split = splitSeries(set, { validation: 20, test: 10 });

  test('counted by hand', () => {
    const origins = (part: 'train' | 'validation' | 'test', window: number, horizon: number, stride = 1) => [
      ...windowsOf(set, split, part, { window, horizon, stride }).origins,
    ];
    expect(origins('train', 60, 8)).toEqual([60, 61, 62]);
    expect(origins('validation', 60, 18)).toEqual([70, 71, 72]);
    expect(origins('test', 60, 5, 5)).toEqual([90, 95]);
    expect(origins('test', 60, 10)).toEqual([90]);
    expect(origins('train', 1, 1)).toHaveLength(69);
  });

  test('a window whose last input was filled is left out, and one without an observed target', () => {
    const table = makeTable('t', [
      { name: 'day', type: 'date', values: Float64Array.of(0, 1, 2, 4, 5, 6, 7), format: 'yyyy-mm-dd' },
      numberColumn('y', [1, 2, 3, 4, 5, 6, 7]),
    ]);
    const gappy = seriesOf(table, { target: 'y' });
    const windows = windowsOf(gappy, splitSeries(gappy, { validation: 0, test: 1 }), 'train', {
      window: 1,
      horizon: 1,
    });
    expect([...windows.origins]).toEqual([1, 2, 5, 6]);
  });

  test('sizes that do not fit are refused with the numbers', () => {
    const message = (part: 'train' | 'test', window: number, horizon: number) =>
      refused(() => windowsOf(set, split, part, { window, horizon })).message;
    expect(message('test', 10, 11)).toBe(
      'a horizon of 11 points does not fit the test part: there shops.csv has 10 points (100 in all)',
    );
    expect(message('train', 60, 11)).toBe(
      'a window of 60 points and a horizon of 11 need 71 points: up to the end of the train part shops.csv has 70 (100 in all)',
    );
    expect(message('train', 0, 1)).toBe('the window is 0: expected a whole number of steps, 1 at least');
    expect(message('train', 1, 1.5)).toContain('the horizon is 1.5');
    expect(refused(() => windowsOf(set, split, 'train', { window: 60, horizon: 11 })).hint).toContain(
      'a window of at most 59',
    );
  });
});
