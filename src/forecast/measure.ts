/** How wrong forecasts are. */

/** Forecasts beside what came; only values that were observed. */
export interface Points {
  readonly predictions: Float64Array;
  readonly truths: Float64Array;
  /** In-sample error of the seasonal naive forecast of each point's series (`naiveScale`). */
  readonly scales: Float64Array;
}

export interface Measure {
  readonly name: string;
  readonly about: string;
  readonly better: 'lower' | 'higher';
  /** NaN where it is not defined. */
  compute(points: Points): number;
  /** Why it is not defined on these points, where it is not. */
  undefinedFor?(points: Points): string | undefined;
}

function mean(count: number, term: (i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += term(i);
  return count === 0 ? Number.NaN : sum / count;
}

const errorMean =
  (term: (error: number, i: number, points: Points) => number) =>
  (points: Points): number =>
    mean(points.truths.length, i => term(points.predictions[i]! - points.truths[i]!, i, points));

const records = [
  {
    name: 'mae',
    about: 'Mean of |ŷ − y|, in the unit of the target.',
    better: 'lower',
    compute: errorMean(Math.abs),
  },
  {
    name: 'rmse',
    about: 'Root of the mean of (ŷ − y)², in the unit of the target.',
    better: 'lower',
    compute: points => Math.sqrt(errorMean(error => error * error)(points)),
  },
  {
    name: 'mape',
    about: 'Mean of |ŷ − y| / |y| in percent; not defined where a true value is 0.',
    better: 'lower',
    compute: points =>
      points.truths.includes(0)
        ? Number.NaN
        : 100 * errorMean((error, i, { truths }) => Math.abs(error / truths[i]!))(points),
    undefinedFor({ truths }) {
      const zeros = truths.reduce((count, truth) => count + (truth === 0 ? 1 : 0), 0);
      return zeros > 0
        ? `${zeros.toLocaleString('en')} of ${truths.length.toLocaleString('en')} true values are 0`
        : undefined;
    },
  },
  {
    name: 'smape',
    about:
      'Mean of 2|ŷ − y| / (|ŷ| + |y|) in percent, 0 where both are 0; 200 at most (the form of the M4 competition).',
    better: 'lower',
    compute: errorMean((error, i, { predictions, truths }) =>
      error === 0 ? 0 : (200 * Math.abs(error)) / (Math.abs(predictions[i]!) + Math.abs(truths[i]!)),
    ),
  },
  {
    name: 'mase',
    about:
      'Mean of |ŷ − y| over the mean error of the seasonal naive forecast one step ahead in the training part: below 1 is better (Hyndman and Koehler 2006).',
    better: 'lower',
    compute: points => {
      const value = errorMean((error, i, { scales }) => Math.abs(error) / scales[i]!)(points);
      return Number.isFinite(value) ? value : Number.NaN;
    },
    undefinedFor: ({ scales }) =>
      scales.some(scale => !(scale > 0))
        ? 'a series repeats its season exactly, or is too short, so that the naive error is 0 or unknown'
        : undefined,
  },
  {
    name: 'r2',
    about: 'Share of the variance explained: 1 − Σ(ŷ − y)² / Σ(y − mean y)².',
    better: 'higher',
    compute(points) {
      const { truths } = points;
      const centre = mean(truths.length, i => truths[i]!);
      const variance = mean(truths.length, i => (truths[i]! - centre) ** 2);
      return variance === 0 ? Number.NaN : 1 - errorMean(error => error * error)(points) / variance;
    },
    undefinedFor: ({ truths }) =>
      truths.every(truth => truth === truths[0]) ? 'all true values are alike' : undefined,
  },
] as const satisfies readonly Measure[];

export type MeasureName = (typeof records)[number]['name'];

/** Every measure of forecasts, by name. */
export const measures: readonly Measure[] = records;

/**
 * Mean of |y_t − y_(t − season)| over a training part, of observed values only: the scale of MASE
 * (Hyndman and Koehler 2006, International Journal of Forecasting 22). NaN where there is no such pair.
 */
export function naiveScale(past: Float64Array, observed: Uint8Array, season: number): number {
  let sum = 0;
  let count = 0;
  for (let t = season; t < past.length; t++) {
    if (observed[t] === 0 || observed[t - season] === 0) continue;
    sum += Math.abs(past[t]! - past[t - season]!);
    count++;
  }
  return count === 0 ? Number.NaN : sum / count;
}
