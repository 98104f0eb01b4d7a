/** The area under the ROC curve, and what each row adds to it. */

/** Predictions of the rows of each class, from the least on. */
interface Classes {
  readonly positives: Float32Array;
  readonly negatives: Float32Array;
}

function classesOf(predictions: Float32Array, truths: ArrayLike<number>): Classes {
  const both = new Float32Array(predictions.length);
  let [first, last] = [0, both.length];
  for (let row = 0; row < both.length; row++) both[truths[row] === 1 ? first++ : --last] = predictions[row]!;
  return { positives: both.subarray(0, first).sort(), negatives: both.subarray(last).sort() };
}

/** How many of sorted predictions are less, those that are equal counted half. */
const below = (sorted: Float32Array, prediction: number): number =>
  (before(sorted, prediction, false) + before(sorted, prediction, true)) / 2;

/** How many of sorted values are less, or less or equal. */
function before(sorted: Float32Array, value: number, orEqual: boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const found = sorted[middle]!;
    if (found < value || (orEqual && found === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function areaOf({ positives, negatives }: Classes): number {
  let [less, upTo, sum] = [0, 0, 0];
  for (const prediction of positives) {
    while (less < negatives.length && negatives[less]! < prediction) less++;
    while (upTo < negatives.length && negatives[upTo]! <= prediction) upTo++;
    sum += (less + upTo) / 2;
  }
  return sum / (positives.length * negatives.length);
}

/** Mann-Whitney statistic, ties counted half; NaN when one class is absent, or a prediction is no number. */
export function areaUnderRoc(predictions: Float32Array, truths: ArrayLike<number>): number {
  return predictions.some(Number.isNaN) ? Number.NaN : areaOf(classesOf(predictions, truths));
}

/**
 * Each row's placement, the share of the other class that it is ranked right against, as the influence on the area:
 * the variance that follows is DeLong's (DeLong, DeLong and Clarke-Pearson 1988, Biometrics 44) but for n in the place of
 * n − 1.
 */
export function rocInfluence(predictions: Float32Array, truths: ArrayLike<number>): (row: number) => number {
  const classes = classesOf(predictions, truths);
  const [positives, negatives] = [classes.positives.length, classes.negatives.length];
  const area = areaOf(classes);
  const rows = positives + negatives;
  return row =>
    truths[row] === 1
      ? (rows / positives) * (below(classes.negatives, predictions[row]!) / negatives - area)
      : (rows / negatives) * (1 - below(classes.positives, predictions[row]!) / positives - area);
}
