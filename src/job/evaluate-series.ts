/** A saved forecast model judged on other series, from every origin that has a window before it. */
import type { SeriesSet } from '../data/index.ts';
import { HillockError } from '../errors.ts';
import { type ForecastEncoding, originsAt, windowsOf } from '../features/index.ts';
import { naiveScale } from '../forecast/index.ts';
import type { ModelSpec, Predictor } from '../model/index.ts';
import { type Scores, score } from '../train/index.ts';
import { named } from './series-parts.ts';

export interface SeriesEvaluation {
  readonly windows: number;
  /** Steps whose truth is known. */
  readonly steps: number;
  readonly scores: Scores;
  readonly baselines: Readonly<Record<string, Scores>>;
  /** Share of the truths within the model's first interval; null where it has none. */
  readonly coverage: { readonly level: number; readonly share: number } | null;
}

/** Scores over every origin of a set but its end; throws `HillockError` kind `data` where no series is long enough. */
export async function evaluateSeries(
  { input, target }: ModelSpec,
  predictor: Predictor,
  set: SeriesSet,
): Promise<SeriesEvaluation> {
  if (input.kind !== 'series' || target.task !== 'forecast')
    throw new HillockError('usage', 'this model does not forecast series');
  const { window, horizon, season } = input.encoder;
  const all = windowsOf(set, window).origins;
  const places = Array.from(all.series, (_, place) => place).filter(place => {
    const { history, observed } = set.series[all.series[place]!]!;
    const origin = all.origin[place]!;
    return origin < history && observed[origin - 1] === 1;
  });
  const origins = originsAt(all, places);
  if (places.length === 0) throw tooShort(set, window);
  const { forecast, lower, upper } = await predictor.forecasts(set, origins);
  const scaleOf = set.series.map(({ values, observed, history }) =>
    naiveScale(values.subarray(0, history), observed, season),
  );
  const known: { readonly row: number; readonly k: number; readonly at: number; readonly series: number }[] = [];
  for (let row = 0; row < places.length; row++) {
    const series = origins.series[row]!;
    for (let k = 0; k < horizon; k++) {
      const at = origins.origin[row]! + k;
      if (set.series[series]!.observed[at] === 1) known.push({ row, k, at, series });
    }
  }
  const truths = Float64Array.from(known, ({ series, at }) => set.series[series]!.values[at]!);
  const scales = Float64Array.from(known, ({ series }) => scaleOf[series]!);
  const scored = (prediction: (step: (typeof known)[number]) => number): Scores =>
    score('forecast', {
      predictions: Float32Array.from(known, prediction),
      truths,
      scales,
      outputs: 1,
      threshold: 0.5,
    });
  const before = (steps: number) => (step: (typeof known)[number]) => {
    const origin = step.at - step.k;
    return set.series[step.series]!.values[origin - steps + (step.k % steps)]!;
  };
  const place = ({ row, k }: (typeof known)[number]): number => row * horizon + k;
  return {
    windows: places.length,
    steps: known.length,
    scores: scored(step => forecast[place(step)]!),
    baselines: {
      naive: scored(before(1)),
      ...(season > 1 ? { 'seasonal-naive': scored(before(season)) } : {}),
    },
    coverage:
      lower && upper
        ? {
            level: levelOf(target),
            share:
              known.filter((step, i) => truths[i]! >= lower[place(step)]! && truths[i]! <= upper[place(step)]!).length /
              known.length,
          }
        : null,
  };
}

const levelOf = ({ intervals }: ForecastEncoding): number => intervals[0]!.level;

function tooShort(set: SeriesSet, window: number): HillockError {
  const longest = set.series.reduce((best, { history }, i) => (history > set.series[best]!.history ? i : best), 0);
  return new HillockError(
    'data',
    `a forecast of this model looks back on ${window} steps and needs one after them, ${named(set, longest)} has ${set.series[longest]?.history ?? 0}`,
    'give a longer history',
  );
}
