/** Widths of intervals by hand, and how often they hold. */
import { expect, test } from 'vitest';
import type { ForecastEncoding } from '../features/index.ts';
import { f32 } from '../graph/index.ts';
import { random } from '../random.ts';
import { intervalsOf } from './series-intervals.ts';

const target = (horizon: number, log = false): ForecastEncoding => ({
  version: 1,
  name: 'sales',
  task: 'forecast',
  horizon,
  log,
  limit: 3,
  intervals: [],
});

/** A job of rows that each forecast 0 (of logarithms 1) in a scale of 2. */
function job(errors: readonly (readonly number[])[], log = false) {
  const horizon = errors[0]!.length;
  return {
    truths: Float64Array.from(errors.flat(), error => (log ? Math.exp(error) : error)),
    anchors: f32(Float32Array.from(errors.flatMap(row => [...row.map(() => 0), 2])), [errors.length, horizon + 1]),
    validationRows: Int32Array.from(errors.keys()),
  };
}

test.each([false, true])('the conformal quantile of each step, in scales (logarithms: %s)', log => {
  // Nine errors 0.2 … 1.8 of the first step, ten times that of the second: 80 % is the eighth of nine, by hand.
  const errors = Array.from({ length: 9 }, (_, i) => [(i % 2 ? -1 : 1) * 0.2 * (i + 1), 0.02 * (i + 1)]);
  const forecasts = Float32Array.from(errors.flat(), () => (log ? 1 : 0));
  const [interval] = intervalsOf(job(errors, log), target(2, log), forecasts, [0.8]);
  expect(interval!.level).toBe(0.8);
  expect(interval!.high[0]).toBeCloseTo(0.8, 5);
  expect(interval!.high[1]).toBeCloseTo(0.08, 5);
  expect(interval!.low).toEqual(interval!.high.map(value => -value));
});

test('a step with too few errors takes those beside it; too few in all give the level that they attain', () => {
  const errors = Array.from({ length: 5 }, (_, i) => [i + 1, 10 * (i + 1), Number.NaN]);
  const forecasts = new Float32Array(15);
  const [ninety] = intervalsOf(job(errors), target(3), forecasts, [0.9]);
  expect(ninety).toEqual({ level: 0.9, low: [-25, -25, -25], high: [25, 25, 25] });
  const [most] = intervalsOf(job(errors), target(3), forecasts, [0.999, 0.99]);
  expect(most!.level).toBeCloseTo(10 / 11, 12);
  expect(intervalsOf(job(errors), target(3), forecasts, [0.999, 0.99])).toHaveLength(1);
  expect(intervalsOf(job([[Number.NaN]]), target(1), new Float32Array(1), [0.9])).toEqual([]);
});

test('the truth lies within as often as it says', () => {
  const rng = random(5).split('intervals');
  const draw = (): number[][] => Array.from({ length: 400 }, () => [rng.normal(), 3 * rng.normal()]);
  const [interval] = intervalsOf(job(draw()), target(2), new Float32Array(800), [0.9]);
  const fresh = draw();
  for (const k of [0, 1]) {
    const inside = fresh.filter(row => Math.abs(row[k]!) <= 2 * interval!.high[k]!).length / fresh.length;
    expect(inside).toBeGreaterThan(0.85);
    expect(inside).toBeLessThan(0.95);
  }
});
