/** Prediction intervals from the errors on the validation part: split conformal prediction, step by step. */
import type { ForecastEncoding, Interval } from '../features/index.ts';
import { attainableLevel, conformalWidths } from '../forecast/index.ts';
import { floats } from '../graph/index.ts';
import type { TrainingJob } from '../train/index.ts';

/**
 * For each step ahead the conformal quantile of |truth − forecast| in scales over the validation part. Where a step has too
 * few errors for the level those of its neighbours help out; where all together are too few, the interval is of the level that
 * they attain. None without a validation part.
 */
export function intervalsOf(
  job: Pick<TrainingJob, 'truths' | 'anchors' | 'validationRows'>,
  { horizon, log }: ForecastEncoding,
  predictions: Float32Array,
  levels: readonly number[],
): readonly Interval[] {
  const errors = Array.from({ length: horizon }, () => [] as number[]);
  const anchors = floats(job.anchors!);
  job.validationRows.forEach((row, i) => {
    const scale = anchors[row * (horizon + 1) + horizon]!;
    for (let k = 0; k < horizon; k++) {
      const truth = job.truths[row * horizon + k]!;
      const forecast = predictions[i * horizon + k]!;
      const error = log ? Math.log(truth) - Math.log(forecast) : truth - forecast;
      if (Number.isFinite(error)) errors[k]!.push(Math.abs(error) / scale);
    }
  });
  if (errors.every(({ length }) => length === 0)) return [];
  const attained = attainableLevel(errors.reduce((sum, { length }) => sum + length, 0));
  const attainable = [...new Set(levels.map(level => Math.min(level, attained)))];
  return attainable.map(level => {
    const high = errors.map((_, k) => widthOf(errors, k, level));
    return { level, low: high.map(value => -value), high };
  });
}

/** The conformal width of a step, from its own errors and as many beside it as the level needs. */
function widthOf(errors: readonly (readonly number[])[], k: number, level: number): number {
  for (let reach = 0; ; reach++) {
    const near = errors.slice(Math.max(0, k - reach), k + reach + 1).flat();
    if (attainableLevel(near.length) >= level) return conformalWidths(near, 1, level)[0]!;
  }
}
