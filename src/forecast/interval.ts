/** Prediction intervals from the errors on held-out forecasts. */
import { HillockError } from '../errors.ts';

/** The coverage that n held-out errors can promise at most: n / (n + 1). */
export const attainableLevel = (errors: number): number => errors / (errors + 1);

/**
 * Half-widths of intervals ŷ ± width for each step of a horizon by split conformal prediction: of the n absolute errors
 * of that step, the ⌈(n + 1)·level⌉-th smallest; infinite where n is too small for the level (n < level / (1 − level)).
 * An interval covers a new value with probability ≥ level when errors are exchangeable; errors of overlapping or drifting
 * forecasts are so only roughly. `errors` [rows, horizon], NaN = not observed.
 * Vovk, Gammerman and Shafer 2005, "Algorithmic Learning in a Random World"; Lei, G'Sell, Rinaldo, Tibshirani and
 * Wasserman 2018, JASA 113; step by step as Stankevičiūtė, Alaa and van der Schaar 2021.
 */
export function conformalWidths(errors: ArrayLike<number>, horizon: number, level: number): Float64Array {
  if (!(level > 0 && level < 1)) {
    throw new HillockError(
      'usage',
      `the level of an interval is ${level}: expected a number between 0 and 1, such as 0.9`,
    );
  }
  if (!Number.isInteger(horizon) || horizon < 1 || errors.length % horizon !== 0) {
    throw new HillockError('unexpected', `${errors.length} errors are no rows of ${horizon} steps`);
  }
  return Float64Array.from({ length: horizon }, (_, step) => {
    const sizes = Array.from({ length: errors.length / horizon }, (_, row) => Math.abs(errors[row * horizon + step]!))
      .filter(size => !Number.isNaN(size))
      .sort((a, b) => a - b);
    return sizes[Math.ceil((sizes.length + 1) * level - 1e-9) - 1] ?? Number.POSITIVE_INFINITY;
  });
}

/** How often intervals held what came, and how wide they were. */
export interface Coverage {
  /** Share of observed values within their interval. */
  readonly coverage: number;
  /** Mean width, in the unit of the target. */
  readonly width: number;
  /** The same for each step of the horizon. */
  readonly steps: readonly { readonly coverage: number; readonly width: number }[];
}

/** Coverage of intervals [lower, upper] on truths, all [rows, horizon]; NaN truths are left out. */
export function coverageOf(
  lower: ArrayLike<number>,
  upper: ArrayLike<number>,
  truths: ArrayLike<number>,
  horizon: number,
): Coverage {
  const over = (wanted: (step: number) => boolean) => {
    let inside = 0;
    let width = 0;
    let count = 0;
    for (let i = 0; i < truths.length; i++) {
      const truth = truths[i]!;
      if (Number.isNaN(truth) || !wanted(i % horizon)) continue;
      count++;
      width += upper[i]! - lower[i]!;
      if (truth >= lower[i]! && truth <= upper[i]!) inside++;
    }
    return { coverage: inside / count, width: width / count };
  };
  return { ...over(() => true), steps: Array.from({ length: horizon }, (_, step) => over(at => at === step)) };
}
