import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HillockError } from '../errors.ts';
import { random } from '../random.ts';
import { lagsFor } from './autoregression.ts';
import { type BaselineName, baselines, forecast } from './baseline.ts';

const of = (name: BaselineName, history: number[], horizon: number, seasons: number[] = []): number[] => [
  ...forecast(name, Float64Array.from(history), { seasons, horizon }),
];

describe('by hand', () => {
  test.each<[BaselineName, number[], number[], number[]]>([
    ['naive', [1, 2, 4], [], [4, 4, 4, 4]],
    ['seasonal-naive', [9, 1, 2, 4], [3], [1, 2, 4, 1]],
    ['seasonal-naive', [1, 2, 4], [], [4, 4, 4, 4]],
    ['seasonal-naive', [1, 2], [3], [2, 2, 2, 2]],
    ['drift', [1, 2, 7], [], [10, 13, 16, 19]],
    ['drift', [5], [], [5, 5, 5, 5]],
    ['mean', [1, 2, 6], [12], [3, 3, 3, 3]],
    ['linear', [1, 2, 6], [], [6, 6, 6, 6]],
    ['linear-direct', [3], [12], [3, 3, 3, 3]],
  ])('%s of %j with season %j', (name, history, seasons, expected) => {
    expect(of(name, history, 4, seasons)).toEqual(expected);
  });
});

describe('autoregression', () => {
  test('a line and a wave are carried on', () => {
    const value = (i: number) => 0.3 * i + 4 * Math.sin((2 * Math.PI * i) / 12);
    const history = Array.from({ length: 120 }, (_, i) => value(i));
    for (const name of ['linear', 'linear-direct'] as const) {
      const ahead = of(name, history, 24, [12]);
      for (const [step, found] of ahead.entries()) expect(Math.abs(found - value(120 + step))).toBeLessThan(0.25);
    }
  });

  test('growth of swings is carried on: the logarithm', () => {
    const value = (i: number) => Math.exp(0.02 * i) * (2 + Math.sin((2 * Math.PI * i) / 12));
    const history = Array.from({ length: 120 }, (_, i) => value(i));
    const ahead = of('linear', history, 24, [12]);
    for (const [step, found] of ahead.entries()) expect(Math.abs(found / value(120 + step) - 1)).toBeLessThan(0.05);
  });

  test('the coefficient of an autoregression of order one', () => {
    const rng = random(4);
    let at = 0;
    const history = Array.from({ length: 4000 }, () => (at = 0.8 * at + rng.normal()));
    const last = history.at(-1)!;
    expect(Math.abs(of('linear', history, 1)[0]! - 0.8 * last)).toBeLessThan(0.15);
  });

  test('lags', () => {
    expect(lagsFor(1000, [])).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(lagsFor(1000, [7])).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(lagsFor(15, [12])).toEqual([1, 2, 3, 4, 5]);
    expect(lagsFor(1000, [168, 24])).toEqual([...Array.from({ length: 25 }, (_, i) => i + 1), 167, 168, 169]);
  });
});

test('any history is carried on with finite values, of the horizon asked for', () => {
  const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 60 });
  const seasons = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 2 });
  const names = fc.constantFrom(...baselines.map(({ name }) => name));
  fc.assert(
    fc.property(names, values, seasons, fc.integer({ min: 1, max: 30 }), (name, history, lengths, horizon) => {
      const ahead = of(name, history, horizon, lengths);
      expect(ahead).toHaveLength(horizon);
      const size = Math.max(...history.map(Math.abs));
      const reach = name === 'drift' ? 2 * (horizon + 1) : 1000;
      for (const value of ahead) expect(Math.abs(value)).toBeLessThanOrEqual(reach * size);
    }),
    { numRuns: 300 },
  );
});

test.each<[Float64Array, number, number[], string]>([
  [new Float64Array(0), 1, [], 'at least one value'],
  [Float64Array.of(1), 0, [], 'the horizon is 0'],
  [Float64Array.of(1), 1, [2.5], 'a season of 2.5 steps'],
  [Float64Array.of(1, Number.NaN), 1, [], 'missing values'],
])('%s, horizon %s, seasons %j: %s', (history, horizon, seasons, message) => {
  expect(() => forecast('naive', history, { horizon, seasons })).toThrow(HillockError);
  expect(() => forecast('naive', history, { horizon, seasons })).toThrow(message);
});
