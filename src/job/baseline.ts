import { classesOf, type TargetEncoding } from '../features/index.ts';
import { type Scores, score } from '../train/index.ts';

/** What a model must beat to be worth anything: the same answer for every row. */
export interface TrivialBaseline {
  readonly name: string;
  readonly scores: Scores;
}

/** Predicts the class shares, or the mean, of the training rows for every other row. */
export function trivialBaseline(
  target: TargetEncoding,
  truths: Float64Array,
  trainRows: Int32Array,
  rows: Int32Array,
): TrivialBaseline {
  const expected = Float64Array.from(rows, row => truths[row]!);
  const classes = classesOf(target);
  const constant = classes ? shares(classes.length, truths, trainRows) : [mean(truths, trainRows)];
  const answer = target.task === 'binary' ? constant.slice(1) : constant;
  const predictions = Float32Array.from({ length: rows.length * answer.length }, (_, i) => answer[i % answer.length]!);
  const scores = score(target.task, { predictions, truths: expected, outputs: answer.length, threshold: 0.5 });
  const name = classes ? `always ${classes[constant.indexOf(Math.max(...constant))]}` : 'always the mean';
  return { name, scores };
}

const mean = (truths: Float64Array, rows: Int32Array): number =>
  rows.reduce((sum, row) => sum + truths[row]!, 0) / rows.length;

function shares(classes: number, truths: Float64Array, rows: Int32Array): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const row of rows) counts[truths[row]!]!++;
  return counts.map(count => count / rows.length);
}
