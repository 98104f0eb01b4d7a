import type { ReadNote } from '../data/index.ts';
import { classesOf, type Decision, type TargetEncoding, type Warning } from '../features/index.ts';
import type { NetworkSpec } from '../nn/index.ts';
import {
  confusion,
  type EpochRecord,
  type FitOptions,
  type FitResult,
  goalsReached,
  learnedRows,
  outputsOf,
  type Part,
  type Scores,
  scoreErrors,
  scoreRows,
  type TrainingJob,
} from '../train/index.ts';
import { version } from '../version.ts';
import { trivialBaseline } from './baseline.ts';
import type { ForecastReport } from './forecast-report.ts';
import type { Concluded, Prepared } from './prepared.ts';
import { type Residuals, residualsOf } from './residuals.ts';

/** What a run learns from, in a word. */
export type Things = 'rows' | 'images';
export const thingsOf = ({ header }: Pick<Report, 'header'>): Things => (header.length > 0 ? 'rows' : 'images');

/** Everything a person may want to know about a finished run; plain data, as `report.json` holds it. */
export interface Report {
  readonly hillock: string;
  readonly created: string;
  readonly source: string;
  readonly testSource: string | null;
  readonly fingerprint: string;
  /** Every column of the source, in its order; none for images. */
  readonly header: readonly string[];
  readonly task: TargetEncoding['task'];
  readonly taskReason: string;
  readonly target: string;
  readonly classes: readonly string[] | null;
  readonly rows: Readonly<Record<Part, number>>;
  readonly split: string;
  readonly columns: readonly Decision[];
  readonly warnings: readonly Warning[];
  readonly notes: readonly ReadNote[];
  /** Of a training that began with weights of another model: from which, in words. */
  readonly start?: string | null | undefined;
  readonly network: NetworkSpec;
  readonly parameters: number;
  readonly options: FitOptions;
  readonly metrics: Readonly<Record<Part, Scores>>;
  /** Of the scores of the part it is judged by; those that cannot be told are absent, the first reports have none. */
  readonly standardErrors?: Scores | undefined;
  /** On the test part: the same answer for every row, and a linear model. */
  readonly baseline: { readonly trivial: Scores; readonly name: string; readonly linear: Scores | null };
  /** Test part: counts[truth][prediction]. */
  readonly confusion: readonly (readonly number[])[] | null;
  /** Of a regression, on the part it is judged by. */
  readonly residuals: Residuals | null;
  /** Of a forecast: beside which others, from which origins, and what comes next. */
  readonly forecast: ForecastReport | null;
  readonly goal: { readonly reached: boolean; readonly until: FitOptions['until'] } | null;
  readonly epochs: number;
  readonly bestEpoch: number;
  readonly stopped: FitResult['stopped'];
  readonly seconds: number;
  readonly samplesPerSecond: number;
  readonly device: string;
  readonly seed: number;
  readonly environment: {
    /** Version of Node; in a browser what the browser calls itself. */
    readonly node: string;
    readonly platform: string;
    readonly processor: string;
    readonly cores: number;
  };
}

export interface ReportParts {
  readonly prepared: Prepared;
  readonly result: FitResult;
  readonly linear: FitResult | null;
  /** Of a forecast. */
  readonly concluded: Concluded | undefined;
  readonly source: Pick<Report, 'source' | 'fingerprint' | 'testSource' | 'header'>;
  readonly seconds: number;
  readonly device: string;
  readonly environment: Report['environment'];
}

/** Scores of every part of a job. */
function scoresOf(job: TrainingJob, result: FitResult): Readonly<Record<Part, Scores>> {
  const { train, validation, test } = result.predictions;
  return {
    train: scoreRows(job, job.trainRows, train),
    validation: scoreRows(job, job.validationRows, validation),
    test: scoreRows(job, job.testRows, test),
  };
}

/** The part that a run is judged by: the test part, or validation where nothing was held out for a test. */
export const judgedPart = (rows: Readonly<Record<Part, number>>): Part =>
  rows.test > 0 ? 'test' : rows.validation > 0 ? 'validation' : 'train';

function baselineOf({ job, target }: Prepared, rows: Int32Array, linear: Float32Array | undefined): Report['baseline'] {
  const { name, scores } = trivialBaseline(target, job.truths, job.trainRows, rows);
  return { name, trivial: scores, linear: linear ? scoreRows(job, rows, linear) : null };
}

export function makeReport({
  prepared,
  result,
  linear,
  concluded,
  source,
  seconds,
  device,
  environment,
}: ReportParts): Report {
  const { job, target } = prepared;
  const rows = concluded?.rows ?? {
    train: learnedRows(job),
    validation: job.validationRows.length,
    test: job.testRows.length,
  };
  const part = judgedPart(rows);
  const judged = { train: job.trainRows, validation: job.validationRows, test: job.testRows }[part];
  const metrics = concluded?.metrics ?? scoresOf(job, result);
  const predictions = result.predictions[part];
  const truths = Float64Array.from(judged, row => job.truths[row]!);
  const { until } = job.options;
  const classes = classesOf(target);
  return {
    hillock: version,
    created: new Date().toISOString(),
    ...source,
    task: target.task,
    taskReason: prepared.taskReason,
    target: target.name,
    classes,
    rows,
    split: prepared.splitReason,
    columns: prepared.decisions,
    warnings: prepared.warnings,
    notes: prepared.notes.slice(0, 200),
    start: prepared.start ?? null,
    network: job.network,
    parameters: result.parameterCount,
    options: job.options,
    metrics,
    standardErrors: scoreErrors(job, judged, predictions),
    baseline: concluded?.baseline ?? baselineOf(prepared, judged, linear?.predictions[part]),
    forecast: concluded?.forecast ?? null,
    confusion:
      classes && confusion({ predictions, truths, outputs: outputsOf(target), threshold: 0.5 }, classes.length),
    residuals: target.task === 'regression' ? residualsOf(predictions, truths) : null,
    goal: until.length === 0 ? null : { until, reached: goalsReached(until, metrics[part]) },
    epochs: result.history.length,
    bestEpoch: result.bestEpoch,
    stopped: result.stopped,
    seconds,
    samplesPerSecond: result.samplesPerSecond,
    device,
    seed: job.options.seed,
    environment,
  };
}

/** The history of a run, one JSON line an epoch. */
export const historyLines = (history: readonly EpochRecord[]): string =>
  history.map(record => `${JSON.stringify(record)}\n`).join('');
