import type { TaskName } from './task.ts';

/** Predictions and truths of some rows: probabilities [rows, classes] (binary: of the second class only) or values [rows]. */
export interface Scored {
  readonly predictions: Float32Array;
  /** Class index or value of each row. */
  readonly truths: ArrayLike<number>;
  readonly outputs: number;
  /** Probability above which a binary prediction is the second class. */
  readonly threshold: number;
  /** Of forecasts: what an error of each row is measured in, the mean error of a naive forecast of its series. */
  readonly scales?: ArrayLike<number> | undefined;
}

export interface Metric {
  readonly name: string;
  readonly about: string;
  readonly tasks: readonly TaskName[];
  readonly better: 'higher' | 'lower';
  compute(scored: Scored): number;
}

const classification: readonly TaskName[] = ['binary', 'multiclass'];
const numeric: readonly TaskName[] = ['regression', 'forecast'];

/** The class with the largest probability; for binary, the second when its probability is above the threshold. */
export function predictedClass({ predictions, outputs, threshold }: Omit<Scored, 'truths'>, row: number): number {
  if (outputs === 1) return predictions[row]! > threshold ? 1 : 0;
  let best = 0;
  for (let k = 1; k < outputs; k++) if (predictions[row * outputs + k]! > predictions[row * outputs + best]!) best = k;
  return best;
}

function mean(n: number, term: (row: number) => number): number {
  let sum = 0;
  for (let row = 0; row < n; row++) sum += term(row);
  return n === 0 ? Number.NaN : sum / n;
}

const residual =
  (power: (error: number) => number) =>
  ({ predictions, truths }: Scored): number =>
    mean(truths.length, row => power(predictions[row]! - truths[row]!));

const smallest = 1e-7;

const records = [
  {
    name: 'accuracy',
    about: 'Share of rows whose predicted class is the true one.',
    tasks: classification,
    better: 'higher',
    compute: scored => mean(scored.truths.length, row => Number(predictedClass(scored, row) === scored.truths[row])),
  },
  {
    name: 'auc',
    about: 'Area under the ROC curve: the chance that a positive row is ranked above a negative one, ties in halves.',
    tasks: ['binary'],
    better: 'higher',
    compute: ({ predictions, truths }) => areaUnderRoc(predictions, truths),
  },
  {
    name: 'logloss',
    about: '−mean of ln p(true class), p kept within [1e-7, 1 − 1e-7].',
    tasks: classification,
    better: 'lower',
    compute({ predictions, truths, outputs }) {
      return mean(truths.length, row => {
        const truth = truths[row]!;
        const p =
          outputs === 1
            ? truth === 1
              ? predictions[row]!
              : 1 - predictions[row]!
            : predictions[row * outputs + truth]!;
        return -Math.log(Math.min(1 - smallest, Math.max(smallest, p)));
      });
    },
  },
  {
    name: 'rmse',
    about: 'Root of the mean squared error, in the unit of the target.',
    tasks: numeric,
    better: 'lower',
    compute: scored => Math.sqrt(residual(error => error * error)(scored)),
  },
  {
    name: 'mae',
    about: 'Mean absolute error, in the unit of the target.',
    tasks: numeric,
    better: 'lower',
    compute: residual(Math.abs),
  },
  {
    name: 'r2',
    about: 'Share of the variance explained: 1 − Σ(ŷ − t)² / Σ(t − mean t)².',
    tasks: numeric,
    better: 'higher',
    compute(scored) {
      const { truths } = scored;
      const centre = mean(truths.length, row => truths[row]!);
      const variance = mean(truths.length, row => (truths[row]! - centre) ** 2);
      return variance === 0 ? Number.NaN : 1 - residual(error => error * error)(scored) / variance;
    },
  },
  {
    name: 'mape',
    about: 'Mean of |ŷ − t| / |t| in percent; not defined where a true value is 0.',
    tasks: numeric,
    better: 'lower',
    compute: ({ predictions, truths }) =>
      100 * mean(truths.length, row => Math.abs((predictions[row]! - truths[row]!) / truths[row]!)),
  },
  {
    name: 'mase',
    about:
      'Mean of |ŷ − t| over the mean error of the naive forecast (the value one season before) on the training part (Hyndman and Koehler 2006).',
    tasks: ['forecast'],
    better: 'lower',
    compute: ({ predictions, truths, scales }) =>
      mean(truths.length, row => Math.abs(predictions[row]! - truths[row]!) / (scales?.[row] ?? Number.NaN)),
  },
] as const satisfies readonly Metric[];

export type MetricName = (typeof records)[number]['name'];

/** Every metric, by name. */
export const metrics: readonly Metric[] = records;

/** Mann-Whitney statistic with mid-ranks for ties; NaN when one class is absent, or a prediction is no number. */
function areaUnderRoc(predictions: Float32Array, truths: ArrayLike<number>): number {
  if (predictions.some(Number.isNaN)) return Number.NaN;
  const order = Array.from(predictions.keys()).sort((a, b) => predictions[a]! - predictions[b]!);
  let rankSum = 0;
  let positives = 0;
  for (let begin = 0; begin < order.length; ) {
    let end = begin;
    while (end < order.length && predictions[order[end]!] === predictions[order[begin]!]) end++;
    const rank = (begin + 1 + end) / 2;
    for (let i = begin; i < end; i++) {
      if (truths[order[i]!] === 1) {
        rankSum += rank;
        positives++;
      }
    }
    begin = end;
  }
  const negatives = order.length - positives;
  return positives === 0 || negatives === 0
    ? Number.NaN
    : (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** Metrics by name; those that are not defined on the rows are absent. */
export type Scores = Readonly<Record<string, number>> & { readonly [Name in MetricName]?: number };

/** Every metric of a task that is defined on these rows. */
export function score(task: TaskName, scored: Scored): Scores {
  const entries = metrics
    .filter(metric => metric.tasks.includes(task))
    .map(metric => [metric.name, metric.compute(scored)] as const)
    .filter(([, value]) => Number.isFinite(value));
  return Object.fromEntries(entries);
}

export const metricNamed = (name: string): Metric | undefined => metrics.find(metric => metric.name === name);

/** counts[truth][prediction] over the rows. */
export function confusion(scored: Scored, classes: number): readonly (readonly number[])[] {
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let row = 0; row < scored.truths.length; row++) counts[scored.truths[row]!]![predictedClass(scored, row)]!++;
  return counts;
}
