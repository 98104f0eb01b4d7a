/** Baselines on real files: what other programs and texts give for them. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  formatTime,
  type SeriesOptions,
  type SeriesSet,
  seriesOf,
  splitSeries,
  table,
  timeAt,
  windowsOf,
} from '../data/index.ts';
import { realData, whyNoData } from '../data/testing.case.ts';
import { baselines } from './baseline.ts';
import { rollBaseline, scoreForecasts } from './rolling.ts';

const read = async (file: string, options: SeriesOptions): Promise<SeriesSet> =>
  seriesOf(await table(join(realData!, file)), options);

/** MAE or MAPE of each baseline on the last `test` steps, `horizon` steps at once. */
function scores(set: SeriesSet, test: number, horizon: number, measure: 'mae' | 'mape'): Record<string, number> {
  const split = splitSeries(set, { validation: 0, test });
  const windows = windowsOf(set, split, 'test', { window: 1, horizon });
  return Object.fromEntries(
    baselines.map(baseline => [
      baseline.name,
      scoreForecasts(rollBaseline(set, split, 'test', windows, baseline)).overall[measure]!,
    ]),
  );
}

const files: readonly [
  file: string,
  target: string,
  step: string,
  first: string,
  last: string,
  filled: number,
  seasons: number[],
][] = [
  ['series/airline-passengers.csv', 'Passengers', 'month', '1949-01', '1960-12', 0, [12]],
  ['series/shampoo.csv', 'Sales', 'month', '1-01', '3-12', 0, []],
  ['series/daily-min-temperatures.csv', 'Temp', 'day', '1981-01-01', '1990-12-31', 2, [365]],
  ['series/us-retail-sales.csv', 'y', 'month', '1992-01', '2016-05', 0, [12]],
  ['series/australian_capital_retail.csv', 'takeaway_food_services', 'month', '1982-04', '2018-12', 0, [12]],
  ['bike-sharing/hour.csv', 'cnt', 'hour', '2011-01-01 00:00', '2012-12-31 23:00', 165, [168, 24]],
  ['electricity-transformer/ETTh1.csv', 'OT', 'hour', '2016-07-01 00:00', '2018-06-26 19:00', 0, [24, 168]],
];

describe.skipIf(realData === undefined)('real series', () => {
  test.each(files)('%s', async (file, target, unit, first, last, filled, seasons) => {
    const set = await read(file, { target });
    const [one] = set.series;
    const { length, history, observed } = one!;
    expect(set.step).toEqual({ unit, count: 1 });
    expect([formatTime(timeAt(one!, 0), set.step), formatTime(timeAt(one!, length - 1), set.step)]).toEqual([
      first,
      last,
    ]);
    expect([length - history, observed.filter(seen => seen === 0).length]).toEqual([0, filled]);
    expect(set.seasons).toEqual(seasons);
  });

  test('airline passengers, the last 24 months at once: known figures', async () => {
    const found = scores(await read('series/airline-passengers.csv', { target: 'Passengers' }), 24, 24, 'mape');
    expect(found.naive).toBeCloseTo(23.6, 1);
    expect(found['seasonal-naive']).toBeCloseTo(15.5, 1);
    expect(found.linear).toBeCloseTo(6.8, 1);
    expect(found['linear-direct']).toBeLessThan(found.linear!);
  });

  test('airline passengers one month ahead', async () => {
    const found = scores(await read('series/airline-passengers.csv', { target: 'Passengers' }), 24, 1, 'mape');
    expect(found.linear).toBeCloseTo(2.9, 1);
  });

  test('linear beats naive and seasonal naive where there is something to learn', async () => {
    const cases = [
      ['series/us-retail-sales.csv', 'y', 24, 24],
      ['series/daily-min-temperatures.csv', 'Temp', 365, 1],
      ['bike-sharing/hour.csv', 'cnt', 744, 24],
    ] as const;
    for (const [file, target, held, horizon] of cases) {
      const found = scores(await read(file, { target, features: [] }), held, horizon, 'mae');
      expect(found.linear).toBeLessThan(Math.min(found.naive!, found['seasonal-naive']!));
    }
  });
});

test.runIf(realData === undefined)(whyNoData, () => {});
