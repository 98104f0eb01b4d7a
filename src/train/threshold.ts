/** What follows from where a probability is cut, and whether probabilities mean what they say. */

/** Counts of the rows above a threshold and not, by what is true of them. */
export interface AtThreshold {
  /** A row counts as positive when its probability is above this, or above any number up to the next higher threshold. */
  readonly threshold: number;
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly trueNegatives: number;
}

/**
 * Counts at every probability that occurs, from the highest threshold (nothing is positive) to below the lowest (everything
 * is), thinned evenly to `most`.
 */
export function thresholds(
  probabilities: ArrayLike<number>,
  positive: (row: number) => boolean,
  most = 200,
): readonly AtThreshold[] {
  const order = Array.from({ length: probabilities.length }, (_, row) => row)
    .filter(row => Number.isFinite(probabilities[row]))
    .sort((a, b) => probabilities[b]! - probabilities[a]!);
  const positives = order.filter(positive).length;
  const all: AtThreshold[] = [];
  const counts = { truePositives: 0, falsePositives: 0 };
  const tell = (threshold: number): void => {
    const { truePositives, falsePositives } = counts;
    all.push({
      threshold,
      truePositives,
      falsePositives,
      falseNegatives: positives - truePositives,
      trueNegatives: order.length - positives - falsePositives,
    });
  };
  order.forEach((row, i) => {
    const probability = probabilities[row]!;
    if (i === 0 || probability !== probabilities[order[i - 1]!]) tell(probability);
    counts[positive(row) ? 'truePositives' : 'falsePositives']++;
  });
  tell(Number.NEGATIVE_INFINITY);
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, i) => all[Math.round((i * (all.length - 1)) / (most - 1))]!);
}

/** Rows whose probability lies in a range: how often it came true beside what was said. */
export interface CalibrationBin {
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  /** Mean probability. */
  readonly predicted: number;
  /** Share that came true. */
  readonly observed: number;
}

/** Probabilities in bins of equal width, those without rows left out (a reliability diagram, DeGroot and Fienberg 1983). */
export function calibration(
  probabilities: ArrayLike<number>,
  positive: (row: number) => boolean,
  bins = 10,
): readonly CalibrationBin[] {
  const sums = Array.from({ length: bins }, () => ({ rows: 0, predicted: 0, observed: 0 }));
  for (let row = 0; row < probabilities.length; row++) {
    const probability = probabilities[row]!;
    const bin = sums[Math.min(bins - 1, Math.floor(probability * bins))];
    if (!bin) continue;
    bin.rows++;
    bin.predicted += probability;
    if (positive(row)) bin.observed++;
  }
  return sums.flatMap(({ rows, predicted, observed }, i) =>
    rows === 0
      ? []
      : [{ from: i / bins, to: (i + 1) / bins, rows, predicted: predicted / rows, observed: observed / rows }],
  );
}

/** Mean distance between what was said and how often it came true, each bin by its rows (Naeini et al. 2015). */
export function calibrationError(bins: readonly CalibrationBin[]): number {
  const rows = bins.reduce((sum, bin) => sum + bin.rows, 0);
  return bins.reduce((sum, bin) => sum + (bin.rows / rows) * Math.abs(bin.predicted - bin.observed), 0);
}
