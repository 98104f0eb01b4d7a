/** Prediction intervals from the errors on the validation part: split conformal prediction, step by step. */
import type { ForecastEncoding, Interval } from '../features/index.ts';
import { floats } from '../graph/index.ts';
import type { TrainingJob } from '../train/index.ts';

/** Errors that a quantile is taken from, at least, where there are so many; those of neighbouring steps help out. */
const enough = 60;

/**
 * For each step ahead the quantile of |truth − forecast| in scales that (1 − level) of the validation errors exceed,
 * with the correction of a finite sample: the ⌈(n + 1) · level⌉-th smallest of n (Lei et al. 2018). None without a
 * validation part.
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
  const near = errors.map((_, k) => nearby(errors, k).sort((a, b) => a - b));
  return levels.map(level => {
    const high = near.map(sorted => quantile(sorted, level));
    return { level, low: high.map(value => -value), high };
  });
}

/** The errors of a step and of those beside it, as many as are needed. */
function nearby(errors: readonly (readonly number[])[], k: number): number[] {
  for (let reach = 0; ; reach++) {
    const found = errors.slice(Math.max(0, k - reach), k + reach + 1).flat();
    if (found.length >= enough || reach >= errors.length) return found;
  }
}

function quantile(sorted: readonly number[], level: number): number {
  const rank = Math.ceil((sorted.length + 1) * level);
  return sorted[Math.min(rank, sorted.length) - 1]!;
}
