import { describe, expect, test } from 'vitest';
import { makeTable, numberColumn, seriesOf, splitSeries, windowsOf } from '../data/index.ts';
import { measures, naiveScale } from './measure.ts';
import { asForecasts, scoreForecasts } from './rolling.ts';

const points = (predictions: number[], truths: number[], scale = 1) => ({
  predictions: Float64Array.from(predictions),
  truths: Float64Array.from(truths),
  scales: Float64Array.from(truths, () => scale),
});
const value = (name: string, ...of: Parameters<typeof points>): number =>
  measures.find(measure => measure.name === name)!.compute(points(...of));

test.each<[string, number[], number[], number, number]>([
  ['mae', [1, 2, 6], [2, 2, 4], 1, 1],
  ['rmse', [1, 2, 6], [2, 2, 4], 1, Math.sqrt(5 / 3)],
  ['mape', [110, 90], [100, 120], 1, (100 * (0.1 + 0.25)) / 2],
  ['mape', [-1, 5], [-2, 4], 1, (100 * (0.5 + 0.25)) / 2],
  ['smape', [110, 0], [90, 0], 1, (100 * 2 * 20) / 200 / 2],
  ['smape', [5, -5], [0, 5], 1, 200],
  ['mase', [1, 2, 6], [2, 2, 4], 4, 0.25],
  ['r2', [1, 2, 6], [2, 2, 5], 1, 1 - 2 / 6],
])('%s of %j for %j, scale %d', (name, predictions, truths, scale, expected) => {
  expect(value(name, predictions, truths, scale)).toBeCloseTo(expected, 12);
});

test('not defined: percentages of zero, a scale of zero, variance of like values', () => {
  expect(value('mape', [1, 2], [0, 2])).toBeNaN();
  expect(value('mase', [1, 2], [0, 2], 0)).toBeNaN();
  expect(value('mase', [1, 2], [0, 2], Number.NaN)).toBeNaN();
  expect(value('r2', [1, 2], [2, 2])).toBeNaN();
});

test('the scale of MASE, of observed values only', () => {
  const past = Float64Array.of(1, 2, 4, 8, 16);
  expect(naiveScale(past, Uint8Array.of(1, 1, 1, 1, 1), 1)).toBe(15 / 4);
  expect(naiveScale(past, Uint8Array.of(1, 1, 1, 1, 1), 2)).toBe((3 + 6 + 12) / 3);
  expect(naiveScale(past, Uint8Array.of(1, 0, 1, 1, 1), 1)).toBe((4 + 8) / 2);
  expect(naiveScale(past, Uint8Array.of(1, 1, 1, 1, 1), 5)).toBeNaN();
});

describe('scoreForecasts', () => {
  const table = makeTable('t', [
    { name: 'day', type: 'date', values: Float64Array.of(0, 1, 2, 3, 4, 5, 6, 7, 9, 10), format: 'yyyy-mm-dd' },
    numberColumn('y', [1, 3, 2, 4, 5, 2, 4, 0, 6, 8]),
  ]);
  const set = seriesOf(table, { target: 'y' });
  const split = splitSeries(set, { validation: 0, test: 4 });
  const windows = windowsOf(set, split, 'test', { window: 2, horizon: 2 });

  test('step by step, without the day that was filled', () => {
    // Origins 7 and 8 (9 follows a filled value); true values 0, (3 filled) and (3 filled), 6.
    expect([...windows.origins]).toEqual([7, 8]);
    const { overall, steps, points, missing } = scoreForecasts(asForecasts(set, split, windows, [2, 100, 100, 5]));
    expect(points).toBe(2);
    expect([overall.mae, steps.map(step => step.mae)]).toEqual([1.5, [2, 1]]);
    // No week is confirmed in 7 days, and the calendar's week is as long as the training part: 11 / 6 over one step.
    expect(overall.mase).toBeCloseTo((1.5 * 6) / 11, 12);
    expect(overall.mape).toBeUndefined();
    expect(steps[1]!.mape).toBeCloseTo(100 / 6, 12);
    expect(missing.mape).toBe('1 of 2 true values are 0');
    expect(missing.mase).toBeUndefined();
  });
});
