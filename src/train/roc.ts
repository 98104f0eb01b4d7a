/** The area under the ROC curve, and what each row has to do with it. */

interface Ranks {
  /** Of each row among all, ties in the middle. */
  readonly all: Float64Array;
  /** Of each row among those of its own class. */
  readonly own: Float64Array;
  readonly positives: number;
  readonly negatives: number;
}

function ranks(predictions: Float32Array, truths: ArrayLike<number>): Ranks {
  const order = Array.from(predictions.keys()).sort((a, b) => predictions[a]! - predictions[b]!);
  const all = new Float64Array(order.length);
  const own = new Float64Array(order.length);
  const before = [0, 0];
  for (let begin = 0; begin < order.length; ) {
    let end = begin;
    const here = [0, 0];
    for (; end < order.length && predictions[order[end]!] === predictions[order[begin]!]; end++)
      here[Number(truths[order[end]!] === 1)]!++;
    for (let i = begin; i < end; i++) {
      const row = order[i]!;
      const which = Number(truths[row] === 1);
      all[row] = (begin + 1 + end) / 2;
      own[row] = before[which]! + (here[which]! + 1) / 2;
    }
    before[0]! += here[0]!;
    before[1]! += here[1]!;
    begin = end;
  }
  return { all, own, positives: before[1]!, negatives: before[0]! };
}

/** Mann-Whitney statistic with mid-ranks for ties; NaN when one class is absent, or a prediction is no number. */
export function areaUnderRoc(predictions: Float32Array, truths: ArrayLike<number>): number {
  if (predictions.some(Number.isNaN)) return Number.NaN;
  const { all, positives, negatives } = ranks(predictions, truths);
  let sum = 0;
  for (let row = 0; row < all.length; row++) if (truths[row] === 1) sum += all[row]!;
  return positives === 0 || negatives === 0
    ? Number.NaN
    : (sum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/**
 * Each row's placement, the share of the other class that it is ranked right against, as the influence on the area:
 * the variance that follows is DeLong's (DeLong, DeLong and Clarke-Pearson 1988, Biometrics 44) but for n in the place of
 * n − 1.
 */
export function rocInfluence(predictions: Float32Array, truths: ArrayLike<number>): (row: number) => number {
  const { all, own, positives, negatives } = ranks(predictions, truths);
  const area = areaUnderRoc(predictions, truths);
  const rows = positives + negatives;
  return row => {
    const lower = all[row]! - own[row]!;
    return truths[row] === 1
      ? (rows / positives) * (lower / negatives - area)
      : (rows / negatives) * (1 - lower / positives - area);
  };
}
