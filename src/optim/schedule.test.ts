/** Schedules: ends, known points, continuity, PyTorch's numbers. */
import { describe, expect, test } from 'vitest';
import { expectNear, golden } from '../nn/testing.case.ts';
import { type Schedule, type ScheduleName, schedules } from './index.ts';

/** [progress, factor] worked out by hand from the papers' formulas. */
const points: Readonly<Record<ScheduleName, readonly (readonly [number, number])[]>> = {
  constant: [
    [0, 1],
    [0.5, 1],
    [1, 1],
  ],
  linear: [
    [0, 1],
    [0.25, 0.75],
    [0.5, 0.5],
    [1, 0],
  ],
  cosine: [
    [0, 1],
    [1 / 3, 0.75],
    [0.5, 0.5],
    [2 / 3, 0.25],
    [1, 0],
  ],
  warmup: [
    [0, 0.02],
    [0.025, 0.5],
    [0.05, 1],
    [0.525, 0.5],
    [1, 0],
  ],
  'one-cycle': [
    [0, 1 / 25],
    [0.15, (1 + 1 / 25) / 2],
    [0.3, 1],
    [0.65, (1 + 1 / 250_000) / 2],
    [1, 1 / 250_000],
  ],
  coslog4: [
    [0, 0],
    [(Math.SQRT2 - 1) / 15, 1],
    [1 / 15, 0],
    [3 / 15, 0],
    [7 / 15, 0],
    [(2 ** 3.5 - 1) / 15, 1],
    [1, 0],
  ],
  'flat-cos': [
    [0, 1],
    [0.25, 1],
    [0.5, 1],
    [0.75, 0.5],
    [1, 0],
  ],
};

const all: readonly (readonly [ScheduleName, Schedule])[] = Object.entries(schedules) as [ScheduleName, Schedule][];

describe.each(all)('%s', (name, schedule) => {
  test('known points', () => {
    for (const [progress, factor] of points[name]) expect(schedule.factor(progress)).toBeCloseTo(factor, 12);
  });

  test('stays in [0, 1] and does not jump', () => {
    const steps = 20_000;
    const factors = Array.from({ length: steps + 1 }, (_, i) => schedule.factor(i / steps));
    expect(Math.min(...factors)).toBeGreaterThanOrEqual(-1e-12);
    expect(Math.max(...factors)).toBeLessThanOrEqual(1 + 1e-12);
    // The steepest is the first cycle of coslog4, whose slope is below 15π / ln 2.
    const jumps = factors.slice(1).map((factor, i) => Math.abs(factor - factors[i]!));
    expect(Math.max(...jumps)).toBeLessThan((15 * Math.PI) / Math.LN2 / steps);
  });

  test('knows its own name', () => {
    expect(schedule.name).toBe(name);
  });
});

interface Rates {
  readonly name: string;
  readonly lr: number;
  readonly options: {
    readonly steps?: number;
    readonly minimum?: number;
    readonly from?: number;
    readonly to?: number;
  };
  readonly rates: readonly number[];
}

const theirs = golden<{ schedules: Rates[] }>('optim').schedules.filter(
  ({ name, options }) =>
    name === 'constant' || (name === 'cosine' && options.minimum === 0) || (name === 'linear' && options.to === 0),
);

test.each(theirs)('$name is the same in PyTorch', ({ name, lr, rates }) => {
  const { factor } = schedules[name as ScheduleName];
  expectNear(
    rates.map((_, t) => lr * factor(t / rates.length)),
    rates,
    1e-7,
  );
});

test('three schedules were compared', () => {
  expect(theirs.map(({ name }) => name)).toEqual(['constant', 'cosine', 'linear']);
});
