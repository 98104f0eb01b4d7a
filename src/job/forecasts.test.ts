/** Forecasts beyond the horizon, by a model whose answers are written out by hand. */
import { expect, test } from 'vitest';
import { fitSeriesEncoder, type Origins } from '../features/index.ts';
import { exampleSeries } from '../features/series/testing.case.ts';
import type { Predictor } from '../model/index.ts';
import { forecastFrom } from './forecasts.ts';

const set = exampleSeries(60, 6);
const encoder = fitSeriesEncoder(set, { window: 12, horizon: 3, layout: 'list', seasons: [12], ends: [48, 48] });

/** Forecasts the last value and one, two, three more, with bounds half and twice as much; keeps what it was shown. */
function counting(log: boolean) {
  const shown: { readonly values: readonly number[]; readonly price: readonly number[] }[] = [];
  const predictor = {
    async forecasts(given: typeof set, { origin }: Origins) {
      const series = given.series[0]!;
      const at = origin[0]!;
      shown.push({
        values: Array.from(series.values.subarray(0, at)),
        price: Array.from(series.features.get('price')!.subarray(at, at + 3)),
      });
      const forecast = Float32Array.from([1, 2, 3], k => Math.fround(series.values[at - 1]! + k));
      return { horizon: 3, forecast, lower: forecast.map(value => value / 2), upper: forecast.map(value => value * 2) };
    },
  } as unknown as Predictor;
  return { shown, opened: { encoder: { ...encoder, log }, predictor } };
}

test('goes on from its own forecasts, and sees nothing of what came', async () => {
  const { shown, opened } = counting(true);
  const { forecast } = await forecastFrom(opened, set, 1, 50, 8);
  const last = set.series[1]!.values[49]!;
  forecast.forEach((value, k) => {
    expect(value).toBeCloseTo(last + k + 1, 3);
  });
  expect(shown.map(({ values }) => values.length)).toEqual([50, 53, 56]);
  shown[2]!.values.slice(50).forEach((value, k) => {
    expect(value).toBeCloseTo(last + k + 1, 3);
  });
});

test('fewer steps are the first of more: what is known ahead is told for the whole horizon', async () => {
  const [few, many] = [counting(true), counting(true)];
  await forecastFrom(few.opened, set, 0, 60, 2);
  await forecastFrom(many.opened, set, 0, 60, 6);
  expect(few.shown[0]).toEqual(many.shown[0]);
  expect(few.shown[0]!.price).toEqual(Array.from(set.series[0]!.features.get('price')!.subarray(60, 63)));
});

test('the interval of the n-th horizon is √n times as wide as that of the first', async () => {
  const logs = await forecastFrom(counting(true).opened, set, 0, 40, 9);
  const plain = await forecastFrom(counting(false).opened, set, 0, 40, 9);
  for (const k of [0, 4, 8]) {
    const factor = Math.sqrt(Math.floor(k / 3) + 1);
    expect(logs.upper![k]! / logs.forecast[k]!).toBeCloseTo(2 ** factor, 4);
    expect(logs.lower![k]! / logs.forecast[k]!).toBeCloseTo(0.5 ** factor, 4);
    expect(plain.upper![k]! - plain.forecast[k]!).toBeCloseTo(factor * plain.forecast[k % 3]!, 2);
  }
});
