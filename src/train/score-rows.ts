/** How good predictions of some rows of a job are. */
import type { TrainingJob } from './job.ts';
import { type Metric, type Scored, type Scores, score } from './metric.ts';
import { standardErrors } from './standard-error.ts';
import { outputsOf } from './task.ts';

type Truths = Pick<TrainingJob, 'truths' | 'target' | 'errorScales'>;

/** Scores predictions [rows, outputs] of some rows of a job. */
export const scoreRows = (job: Truths, rows: Int32Array, predictions: Float32Array): Scores =>
  score(job.target.task, scoredOf(job, rows, predictions));

/** One score of them; not a finite number where it is not defined on the rows. */
export const scoreOfRows = (job: Truths, rows: Int32Array, predictions: Float32Array, metric: Metric): number =>
  metric.compute(scoredOf(job, rows, predictions));

/** The standard errors of those scores; forecasts from neighbouring origins, a horizon of them, count as one. */
export const scoreErrors = (job: Truths, rows: Int32Array, predictions: Float32Array): Scores =>
  standardErrors(job.target.task, scoredOf(job, rows, predictions));

function scoredOf(job: Truths, rows: Int32Array, predictions: Float32Array): Scored {
  const outputs = outputsOf(job.target);
  if (predictions.length !== rows.length * outputs) {
    throw new RangeError(`${rows.length} rows need ${rows.length * outputs} predictions, got ${predictions.length}`);
  }
  if (job.target.task === 'forecast') return knownSteps(job, rows, predictions);
  return { predictions, truths: Float64Array.from(rows, row => job.truths[row]!), outputs, threshold: 0.5 };
}

/** Forecasts step by step, without those whose truth is not known. */
function knownSteps({ truths, errorScales, target }: Truths, rows: Int32Array, predictions: Float32Array): Scored {
  const width = outputsOf(target);
  const truthOf = (i: number): number => truths[rows[Math.floor(i / width)]! * width + (i % width)]!;
  const places = Int32Array.from(predictions.keys()).filter(i => !Number.isNaN(truthOf(i)));
  return {
    predictions: Float32Array.from(places, i => predictions[i]!),
    truths: Float64Array.from(places, truthOf),
    outputs: 1,
    threshold: 0.5,
    groups: places.map(i => Math.floor(i / width / width)),
    ...(errorScales && { scales: Float64Array.from(places, i => errorScales[rows[Math.floor(i / width)]!]!) }),
  };
}
