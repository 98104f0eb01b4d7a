/** How far numeric predictions are off, over the range of the truth. */

/** Rows with neighbouring true values. */
export interface ResidualGroup {
  readonly rows: number;
  /** Smallest and largest true value. */
  readonly from: number;
  readonly to: number;
  readonly truth: number;
  readonly predicted: number;
  /** Mean absolute error. */
  readonly mae: number;
}

export interface Residuals {
  /** Quantiles of prediction − truth: 5, 25, 50, 75 and 95 %. */
  readonly quantiles: readonly number[];
  /** Rows in order of their true value, in groups of equal size. */
  readonly groups: readonly ResidualGroup[];
}

const levels = [0.05, 0.25, 0.5, 0.75, 0.95];
const mostGroups = 5;

/** Residuals of predictions of some rows; null where there are none. */
export function residualsOf(predictions: ArrayLike<number>, truths: Float64Array): Residuals | null {
  const rows = truths.length;
  if (rows === 0) return null;
  const errors = truths.map((truth, row) => predictions[row]! - truth).sort();
  const order = Array.from(truths.keys()).sort((a, b) => truths[a]! - truths[b]! || a - b);
  const count = Math.max(1, Math.min(mostGroups, Math.floor(rows / 5)));
  const groups = Array.from({ length: count }, (_, g) => {
    const part = order.slice(Math.floor((g * rows) / count), Math.floor(((g + 1) * rows) / count));
    const mean = (of: (row: number) => number): number => part.reduce((sum, row) => sum + of(row), 0) / part.length;
    return {
      rows: part.length,
      from: truths[part[0]!]!,
      to: truths[part.at(-1)!]!,
      truth: mean(row => truths[row]!),
      predicted: mean(row => predictions[row]!),
      mae: mean(row => Math.abs(predictions[row]! - truths[row]!)),
    };
  });
  return { quantiles: levels.map(level => errors[Math.round(level * (rows - 1))]!), groups };
}
