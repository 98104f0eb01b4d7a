/** What the graph makes of windows, against the same in plain double precision. */
import { describe, expect, test } from 'vitest';
import { timeAt } from '../../data/index.ts';
import { floats } from '../../graph/index.ts';
import { nodeRuntime } from '../../runtime/node.ts';
import { levelWeights, mixedGrowth, mixedWeights } from './base.ts';
import { parseSeriesEncoder, type SeriesEncoder, seriesFeatureNames, seriesShape } from './encoder.ts';
import { fitSeriesEncoder } from './fit.ts';
import { exampleSeries } from './testing.case.ts';
import { encodeWindows, seriesFeeds, windowsOf } from './windows.ts';

const runtime = await nodeRuntime({ threads: 1 });
const set = exampleSeries();
const fitted = (layout: SeriesEncoder['layout'], window = 24, seasons = [12], horizon = 5): SeriesEncoder =>
  fitSeriesEncoder(set, { window, horizon, layout, seasons, ends: [60, 60] });

/** The numbers of one row by their names, as the documentation of the encoder tells them. */
function byHand(encoder: SeriesEncoder, i: number, origin: number) {
  const { window, horizon, season } = encoder;
  const series = set.series[i]!;
  const u = [...series.values.subarray(origin - window, origin)].map(value => (encoder.log ? Math.log(value) : value));
  const level = levelWeights(season, window).reduce((sum, weight, j) => sum + weight * u[j]!, 0);
  const scale = Math.sqrt(u.reduce((sum, value) => sum + (value - level) ** 2 / window, 0) + encoder.floor ** 2);
  const weights = mixedWeights(encoder.base, window, horizon);
  const base = Array.from({ length: horizon }, (_, k) =>
    u.reduce(
      (sum, x, j) => sum + (x - level) * weights[j * horizon + k]!,
      level + scale * mixedGrowth(encoder.base, horizon)[k]!,
    ),
  );
  const numbers = new Map<string, number>();
  const place = (step: number): string => (step > 0 ? `t+${step}` : step === 0 ? 't' : `t${step}`);
  const days = (step: number): number => timeAt(series, origin - 1) / 86_400_000 + step * 30.436875;
  for (let step = 1 - window; step <= horizon; step++) {
    const at = origin - 1 + step;
    numbers.set(`sales ${place(step)}`, ((step > 0 ? base[step - 1]! : u[window - 1 + step]!) - level) / scale);
    numbers.set(`ahead ${place(step)}`, Number(step > 0));
    for (const { name, known, values } of encoder.features) {
      const told = step <= 0 || known;
      const value = (position: number): number => series.features.get(name)![position]!;
      const parts: [string, (position: number) => number][] =
        values.kind === 'number'
          ? [[name, position => (value(position) - values.mean) / values.std]]
          : values.levels.map((level): [string, (position: number) => number] => [
              `${name} = ${level}`,
              position => Number(set.levels.get(name)![value(position)]?.trim() === level),
            ]);
      for (const [part, number] of parts) {
        numbers.set(`${part} ${place(step)}`, told ? number(at) : 0);
        if (known && step > 0)
          numbers.set(
            `${part} ${place(step)} since the season before`,
            number(at) - number(origin - season + ((step - 1) % season)),
          );
      }
    }
    for (const { name, days: length, harmonics } of encoder.cycles) {
      for (let k = 1; k <= harmonics; k++) {
        numbers.set(`${name} sin ${k} ${place(step)}`, Math.sin((2 * Math.PI * k * days(step)) / length));
        numbers.set(`${name} cos ${k} ${place(step)}`, Math.cos((2 * Math.PI * k * days(step)) / length));
      }
    }
  }
  return { numbers, anchors: [...base, scale * encoder.spread] };
}

describe.each(['list', 'steps'] as const)('rows as a %s', layout => {
  test.each([
    ['two seasons', 24, [12], 5],
    ['longer ahead than back', 13, [12], 20],
    ['no season', 10, [], 3],
  ])('%s', async (_, window, seasons, horizon) => {
    const encoder = fitted(layout, window, seasons, horizon);
    const { x, anchors } = await encodeWindows(
      [encoder],
      [0, 0, 0],
      set,
      { series: [1, 0, 1], origin: [30, 24, 52] },
      runtime,
    );
    const shape = seriesShape(encoder);
    expect(x.shape).toEqual([3, ...shape]);
    const names = seriesFeatureNames(encoder, set.target);
    expect(names).toHaveLength(shape.reduce((a, b) => a * b, 1));
    expect(new Set(names).size).toBe(names.length);
    [[1, 30] as const, [0, 24] as const, [1, 52] as const].forEach(([i, origin], row) => {
      const hand = byHand(encoder, i, origin);
      names.forEach((name, at) => {
        expect(floats(x)[row * names.length + at], name).toBeCloseTo(hand.numbers.get(name)!, 3);
      });
      hand.anchors.forEach((value, k) => {
        expect(floats(anchors)[row * (horizon + 1) + k]! / value).toBeCloseTo(1, 5);
      });
    });
  });
});

describe('the fit', () => {
  test('looks at the training part alone', () => {
    const later = {
      ...set,
      series: set.series.map(series => ({
        ...series,
        values: series.values.map((value, t) => (t < 60 ? value : 1e9)),
      })),
    };
    expect(fitSeriesEncoder(later, { window: 24, horizon: 5, layout: 'list', seasons: [12], ends: [60, 60] })).toEqual(
      fitted('list'),
    );
  });

  test('learns the logarithm where the spread grows with the level, the number itself where it does not', () => {
    const flat = {
      ...set,
      series: set.series.map(one => ({
        ...one,
        values: one.values.map((_, t) => 100 + t + 5 * Math.sin((Math.PI * t) / 6)),
      })),
    };
    const negative = {
      ...set,
      series: set.series.map(one => ({ ...one, values: one.values.map(value => value - 25) })),
    };
    const logs = [set, flat, negative].map(
      each => fitSeriesEncoder(each, { window: 24, horizon: 5, layout: 'list', seasons: [12], ends: [60, 60] }).log,
    );
    expect(logs).toEqual([true, false, false]);
  });

  test('no logarithm where a value before the test part has none', () => {
    const fit = { window: 24, horizon: 5, layout: 'list' as const, seasons: [12], ends: [60, 60] };
    const sold = {
      ...set,
      series: set.series.map(one => ({ ...one, values: one.values.map((y, t) => (t === 65 ? 0 : y)) })),
    };
    expect(fitSeriesEncoder(sold, fit).log).toBe(true);
    expect(fitSeriesEncoder(sold, { ...fit, known: [66, 66] }).log).toBe(false);
    expect(fitSeriesEncoder(sold, { ...fit, known: [65, 65] }).log).toBe(true);
  });

  test('levels are taken over the first season that fits the window, in the fit as in the graph', async () => {
    const encoder = fitted('list', 24, [36, 12]);
    expect(encoder.season).toBe(12);
    expect(encoder).toEqual({ ...fitted('list', 24, [12]), base: encoder.base, spread: encoder.spread });
    // What the base leaves of the training windows has the spread that the fit found.
    const origins = { series: [] as number[], origin: [] as number[] };
    for (let origin = 24; origin <= 55; origin++) {
      origins.series.push(0, 1);
      origins.origin.push(origin, origin);
    }
    const { anchors } = await encodeWindows(
      [encoder],
      origins.series.map(() => 0),
      set,
      origins,
      runtime,
    );
    let squares = 0;
    origins.series.forEach((i, row) => {
      const at = row * 6;
      for (let k = 0; k < 5; k++) {
        const truth = Math.log(set.series[i]!.values[origins.origin[row]! + k]!);
        squares += ((truth - floats(anchors)[at + k]!) / floats(anchors)[at + 5]!) ** 2;
      }
    });
    expect(Math.sqrt(squares / (origins.series.length * 5))).toBeCloseTo(1, 1);
  });

  test('cycles of the calendar by the length of a step', () => {
    const quarters = { ...set, step: { unit: 'quarter' as const, count: 1 } };
    const years = { ...set, step: { unit: 'year' as const, count: 1 } };
    const cycles = [quarters, years].map(
      each => fitSeriesEncoder(each, { window: 24, horizon: 5, layout: 'list', seasons: [12], ends: [60, 60] }).cycles,
    );
    expect(cycles).toEqual([[{ name: 'year', days: 365.2425, harmonics: 2 }], []]);
  });

  test('an exact season is its own forecast', () => {
    const exact = {
      ...set,
      series: set.series.map(one => ({ ...one, values: one.values.map((_, t) => (t * 7) % 12) })),
    };
    const { base, spread } = fitSeriesEncoder(exact, {
      window: 24,
      horizon: 5,
      layout: 'list',
      seasons: [12],
      ends: [60, 60],
    });
    const seasonal = base.filter(({ season }) => season === 12);
    for (let k = 0; k < 5; k++) expect(seasonal.reduce((sum, { shares }) => sum + shares[k]!, 0)).toBeCloseTo(1, 3);
    expect(spread).toBeLessThan(0.02);
  });

  test('what is written is read back, what does not fit together is refused', () => {
    const encoder = fitted('steps');
    expect(parseSeriesEncoder(JSON.parse(JSON.stringify(encoder)))).toEqual(encoder);
    const broken: Partial<SeriesEncoder>[] = [
      { window: 11 },
      { season: 25 },
      { horizon: 6 },
      { log: true, least: 0 },
      { base: [{ name: 'magic', season: 1, growth: 0, shares: [1, 1, 1, 1, 1] }] },
      ...[
        { lags: [25], weights: [1, 1, 1, 1, 1], intercept: [0, 0, 0, 0, 0] },
        { lags: [2], weights: [1, 1], intercept: [0, 0, 0, 0, 0] },
        { lags: [2], weights: [1, 1, 1, 1, 1], intercept: [0] },
      ].map(regression => ({
        base: [{ name: 'regression', season: 1, growth: 0, shares: [1, 1, 1, 1, 1], regression }],
      })),
      { features: [{ ...encoder.features[0]!, input: 'history' }] },
      { features: [encoder.features[0]!, encoder.features[0]!] },
    ];
    for (const part of broken)
      expect(() => parseSeriesEncoder({ ...encoder, ...part })).toThrow(/series encoder of this model/);
  });
});

test('every window of the past stands once, the last ends with it', () => {
  const { origins, rows } = windowsOf(exampleSeries(30, 4), 24);
  expect(rows).toBe(14);
  expect([...(origins.origin as number[])].slice(0, 7)).toEqual([24, 25, 26, 27, 28, 29, 30]);
});

test('a history shorter than the window is refused', () => {
  expect(() => seriesFeeds(fitted('list'), set, { series: [0], origin: [20] })).toThrow(
    /looks back on 24 steps, 'north' has 20/,
  );
});
