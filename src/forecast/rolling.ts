/** Rolling-origin evaluation: forecasts from many origins, each from what was known then, beside what came. */
import { calendarSeasons, type SeriesPart, type SeriesSet, type SeriesSplit, type Windows } from '../data/index.ts';
import { HillockError } from '../errors.ts';
import type { Baseline } from './baseline.ts';
import { type MeasureName, measures, naiveScale, type Points } from './measure.ts';

/** Forecasts from the origins of windows; row i, step h stands at position origins[i] + h of its series. */
export interface Forecasts {
  readonly windows: Windows;
  /** [windows, horizon]. */
  readonly predictions: Float64Array;
  /** [windows, horizon]; NaN where the value was not observed. */
  readonly truths: Float64Array;
  /** The scale of MASE of each series: that of one step where its training part is no season long. */
  readonly scales: Float64Array;
}

/** Seasons for baselines: those that the training part confirms, else the shortest that the calendar suggests. */
export function baselineSeasons({ step }: SeriesSet, { seasons }: Pick<SeriesSplit, 'seasons'>): readonly number[] {
  return seasons.length > 0 ? seasons : calendarSeasons(step).slice(0, 1);
}

/** Predictions [windows, horizon] of any model, beside what came. */
export function asForecasts(
  set: SeriesSet,
  split: SeriesSplit,
  windows: Windows,
  predictions: ArrayLike<number>,
): Forecasts {
  const { horizon, origins } = windows;
  if (predictions.length !== origins.length * horizon) {
    throw new HillockError(
      'unexpected',
      `${predictions.length} predictions for ${origins.length} windows of ${horizon} steps`,
    );
  }
  const truths = Float64Array.from(predictions, (_, i) => {
    const row = Math.floor(i / horizon);
    const series = set.series[windows.series[row]!]!;
    const position = origins[row]! + i - row * horizon;
    return series.observed[position] === 1 ? series.values[position]! : Number.NaN;
  });
  const season = baselineSeasons(set, split)[0] ?? 1;
  const scales = Float64Array.from(set.series, ({ values, observed }, s) => {
    const past = values.subarray(0, split.parts.train.end[s]);
    const scale = naiveScale(past, observed, season);
    return Number.isNaN(scale) ? naiveScale(past, observed, 1) : scale;
  });
  return { windows, predictions: Float64Array.from(predictions), truths, scales };
}

/**
 * A baseline from every origin: it learns from each series before the part (at least up to its first origin) once, and
 * forecasts from all values before the origin.
 */
export function rollBaseline(
  set: SeriesSet,
  split: SeriesSplit,
  part: SeriesPart,
  windows: Windows,
  baseline: Baseline,
): Forecasts {
  const { horizon, origins } = windows;
  const seasons = baselineSeasons(set, split);
  const predictions = new Float64Array(origins.length * horizon);
  let fitted = -1;
  let forecaster = baseline.fit(new Float64Array(1), { seasons, horizon });
  origins.forEach((origin, row) => {
    const s = windows.series[row]!;
    const { values } = set.series[s]!;
    if (s !== fitted) {
      const known = part === 'train' ? split.parts.train.end[s]! : split.parts[part].begin[s]!;
      forecaster = baseline.fit(values.subarray(0, Math.max(known, origin)), { seasons, horizon });
      fitted = s;
    }
    predictions.set(forecaster(values.subarray(0, origin), horizon), row * horizon);
  });
  return asForecasts(set, split, windows, predictions);
}

/** Measures by name; those that are not defined are absent. */
export type ForecastScores = Readonly<Partial<Record<MeasureName, number>>>;

export interface ForecastScore {
  readonly overall: ForecastScores;
  /** Of each step of the horizon, the first step first. */
  readonly steps: readonly ForecastScores[];
  /** Number of observed values that were forecast. */
  readonly points: number;
  /** Why a measure is absent from `overall`. */
  readonly missing: Readonly<Partial<Record<MeasureName, string>>>;
}

/** Every measure that is defined, over all steps and step by step. */
export function scoreForecasts(forecasts: Forecasts): ForecastScore {
  const { horizon } = forecasts.windows;
  const all = pointsOf(forecasts);
  const reasons = measures.flatMap(({ name, undefinedFor }) => {
    const reason = undefinedFor?.(all);
    return reason === undefined ? [] : [[name, reason] as const];
  });
  return {
    overall: computed(all),
    steps: Array.from({ length: horizon }, (_, step) => computed(pointsOf(forecasts, step))),
    points: all.truths.length,
    missing: Object.fromEntries(reasons),
  };
}

/** The observed points of every step, or of one. */
function pointsOf({ windows, predictions, truths, scales }: Forecasts, step?: number): Points {
  const { horizon, series } = windows;
  const kept: number[] = [];
  for (let i = step ?? 0; i < truths.length; i += step === undefined ? 1 : horizon) {
    if (!Number.isNaN(truths[i]!)) kept.push(i);
  }
  return {
    predictions: Float64Array.from(kept, i => predictions[i]!),
    truths: Float64Array.from(kept, i => truths[i]!),
    scales: Float64Array.from(kept, i => scales[series[Math.floor(i / horizon)]!]!),
  };
}

const computed = (points: Points): ForecastScores =>
  Object.fromEntries(
    measures.map(({ name, compute }) => [name, compute(points)] as const).filter(([, value]) => Number.isFinite(value)),
  );
