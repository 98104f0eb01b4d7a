import { areaUnderRoc, rocInfluence } from './roc.ts';
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
  /** Rows with the same number are not independent of one another; absent = all are. */
  readonly groups?: ArrayLike<number> | undefined;
}

export interface Metric {
  readonly name: string;
  readonly about: string;
  readonly tasks: readonly TaskName[];
  readonly better: 'higher' | 'lower';
  /** Smallest and largest value. */
  readonly range: readonly [number, number];
  /** A share of rows. */
  readonly share?: true;
  compute(scored: Scored): number;
  /**
   * How far each row moves the metric, up to a constant: the metric is `value` and, nearly, a mean of these (Hampel 1974,
   * JASA 69, "The influence curve and its role in robust estimation").
   */
  influence(scored: Scored, value: number): (row: number) => number;
}

const classification: readonly TaskName[] = ['binary', 'multiclass'];
const numeric: readonly TaskName[] = ['regression', 'forecast'];
const positive = [0, Number.POSITIVE_INFINITY] as const;

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

type RowTerm = (scored: Scored) => (row: number) => number;

/** A metric that is the mean of a term of each row. */
const average = (term: RowTerm): Pick<Metric, 'compute' | 'influence'> => ({
  compute: scored => mean(scored.truths.length, term(scored)),
  influence: term,
});

const residual =
  (power: (error: number) => number): RowTerm =>
  ({ predictions, truths }) =>
  row =>
    power(predictions[row]! - truths[row]!);

const square = residual(error => error * error);

/** Mean and variance of the truths. */
function spread({ truths }: Scored): readonly [centre: number, variance: number] {
  const centre = mean(truths.length, row => truths[row]!);
  return [centre, mean(truths.length, row => (truths[row]! - centre) ** 2)];
}

const smallest = 1e-7;

const records = [
  {
    name: 'accuracy',
    about: 'Share of rows whose predicted class is the true one.',
    tasks: classification,
    better: 'higher',
    range: [0, 1],
    share: true,
    ...average(scored => row => Number(predictedClass(scored, row) === scored.truths[row])),
  },
  {
    name: 'auc',
    about: 'Area under the ROC curve: the chance that a positive row is ranked above a negative one, ties in halves.',
    tasks: ['binary'],
    better: 'higher',
    range: [0, 1],
    compute: ({ predictions, truths }) => areaUnderRoc(predictions, truths),
    influence: ({ predictions, truths }) => rocInfluence(predictions, truths),
  },
  {
    name: 'logloss',
    about: '−mean of ln p(true class), p kept within [1e-7, 1 − 1e-7].',
    tasks: classification,
    better: 'lower',
    range: positive,
    ...average(({ predictions, truths, outputs }) => row => {
      const truth = truths[row]!;
      const p =
        outputs === 1 ? (truth === 1 ? predictions[row]! : 1 - predictions[row]!) : predictions[row * outputs + truth]!;
      return -Math.log(Math.min(1 - smallest, Math.max(smallest, p)));
    }),
  },
  {
    name: 'rmse',
    about: 'Root of the mean squared error, in the unit of the target.',
    tasks: numeric,
    better: 'lower',
    range: positive,
    compute: scored => Math.sqrt(mean(scored.truths.length, square(scored))),
    influence(scored, value) {
      const squared = square(scored);
      return row => (value === 0 ? 0 : squared(row) / (2 * value));
    },
  },
  {
    name: 'mae',
    about: 'Mean absolute error, in the unit of the target.',
    tasks: numeric,
    better: 'lower',
    range: positive,
    ...average(residual(Math.abs)),
  },
  {
    name: 'r2',
    about: 'Share of the variance explained: 1 − Σ(ŷ − t)² / Σ(t − mean t)².',
    tasks: numeric,
    better: 'higher',
    range: [Number.NEGATIVE_INFINITY, 1],
    compute(scored) {
      const [, variance] = spread(scored);
      return variance === 0 ? Number.NaN : 1 - mean(scored.truths.length, square(scored)) / variance;
    },
    influence(scored, value) {
      const squared = square(scored);
      const [centre, variance] = spread(scored);
      return row => ((1 - value) * (scored.truths[row]! - centre) ** 2 - squared(row)) / variance;
    },
  },
  {
    name: 'mape',
    about: 'Mean of |ŷ − t| / |t| in percent; not defined where a true value is 0.',
    tasks: numeric,
    better: 'lower',
    range: positive,
    ...average(
      ({ predictions, truths }) =>
        row =>
          100 * Math.abs((predictions[row]! - truths[row]!) / truths[row]!),
    ),
  },
  {
    name: 'mase',
    about:
      'Mean of |ŷ − t| over the mean error of the naive forecast (the value one season before) on all that lies before the test part (Hyndman and Koehler 2006).',
    tasks: ['forecast'],
    better: 'lower',
    range: positive,
    ...average(
      ({ predictions, truths, scales }) =>
        row =>
          Math.abs(predictions[row]! - truths[row]!) / (scales?.[row] ?? Number.NaN),
    ),
  },
] as const satisfies readonly Metric[];

export type MetricName = (typeof records)[number]['name'];

/** Every metric, by name. */
export const metrics: readonly Metric[] = records;

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

/** The value that no predictions surpass; null = there is none. */
export function bestValue({ better, range: [smallest, largest] }: Metric): number | null {
  const best = better === 'higher' ? largest : smallest;
  return Number.isFinite(best) ? best : null;
}

export const metricNamed = (name: string): Metric | undefined => metrics.find(metric => metric.name === name);

/** counts[truth][prediction] over the rows. */
export function confusion(scored: Scored, classes: number): readonly (readonly number[])[] {
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let row = 0; row < scored.truths.length; row++) counts[scored.truths[row]!]![predictedClass(scored, row)]!++;
  return counts;
}
