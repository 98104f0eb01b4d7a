/** From data to a trained model, wherever it runs: the events of a run, and what comes out of it. */
import type { ImagesSplit, Table } from '../data/index.ts';
import { didYouMean, HillockError } from '../errors.ts';
import type { TargetEncoding } from '../features/index.ts';
import { f32, sizeOf, type Tensor } from '../graph/index.ts';
import { inputShapeOf, type ModelSpec, type Parameters, predictor } from '../model/index.ts';
import { type NetworkSpec, parametersOf, place } from '../nn/index.ts';
import type { Runtime } from '../runtime/index.ts';
import {
  type Augmentation,
  type EpochRecord,
  type FitControl,
  type FitEvent,
  type FitOptions,
  type FitResult,
  type FitState,
  type Goal,
  learnedRows,
  type MetricName,
  metricNamed,
  metrics,
  type TrainingJob,
} from '../train/index.ts';
import { version } from '../version.ts';
import { checkNumbers } from './check-options.ts';
import { type Prepared, type PrepareOptions, prepare } from './prepare.ts';
import { makeReport, type Report } from './report.ts';
import { startMarks } from './starting.ts';

/** How a run is made, wherever it runs. */
export interface StepOptions extends Omit<PrepareOptions, 'until' | 'encodeInSteps'> {
  /** Stop as soon as the validation part reaches this: `{ accuracy: 0.97 }`. */
  readonly until?: Readonly<Partial<Record<MetricName, number>>> | readonly Goal[] | undefined;
  /** Also train the linear model that stands beside the network (default true). */
  readonly baseline?: boolean | undefined;
  readonly checkpointEvery?: number | undefined;
  /** States of at most so many epochs are kept, evenly apart (default: none); each takes about four times the weights. */
  readonly keepEpochs?: number | undefined;
}

export type StepEvent =
  | {
      readonly event: 'data';
      readonly source: string;
      readonly target: TargetEncoding;
      readonly taskReason: string;
      readonly split: string;
      readonly rows: { readonly train: number; readonly validation: number; readonly test: number };
      /** Validation is by members of the ensemble on training rows that they have not seen. */
      readonly crossFitted: boolean;
      readonly network: NetworkSpec;
      /** How it is trained, everything decided. */
      readonly options: FitOptions;
      readonly inputs: number;
      /** Shape of one row as the network takes it. */
      readonly inputShape: readonly number[];
      /** How training images are varied; null = not at all. */
      readonly augment: Augmentation | null;
      readonly columns: Prepared['decisions'];
      /** What else was decided, for a person: names and sentences. */
      readonly facts: NonNullable<Prepared['facts']>;
      readonly warnings: Prepared['warnings'];
      readonly notes: Prepared['notes'];
    }
  | { readonly event: 'baseline'; readonly name: 'linear'; readonly seconds: number }
  | { readonly event: 'notice'; readonly message: string }
  | Exclude<FitEvent, { event: 'checkpoint' }>
  | { readonly event: 'checkpoint'; readonly step: number; readonly path: string; readonly why: string };

/** Of a whole run: its steps, and what it leaves; `run` is its folder, where it has one. */
export type TrainEvent = StepEvent | { readonly event: 'result'; readonly report: Report; readonly run: string | null };

/** Where the states of a run are kept; `marks` tells what they must agree with to be gone on from. */
export interface Checkpoints {
  /** The state to go on from, if there is one. */
  read(marks: string): Promise<FitState | undefined>;
  /** Keeps a state; returns where it lies. */
  write(state: FitState, marks: string): Promise<string>;
  /** Keeps the state after an epoch besides. */
  keep(state: FitState, marks: string): Promise<string>;
}

/** What a run needs of the place it runs in. */
export interface Host {
  /** What encodes rows before training and tests the model after it; `notice` hears of a fallback. */
  runtime(notice: (message: string) => void): Promise<Runtime>;
  fit(job: TrainingJob, control: Omit<FitControl, 'inputs'>): AsyncGenerator<FitEvent, FitResult>;
  /** Its steps may encode columns (default false). */
  readonly encodesInSteps?: boolean | undefined;
  /** What fits the linear model beside the network; absent = `fit`. */
  readonly beside?: Host['fit'] | undefined;
  /** Absent = states are kept nowhere. */
  readonly checkpoints?: Checkpoints | undefined;
  /** What it makes of a preparation before it is trained. */
  prepared?(made: Prepared): Promise<Prepared>;
  readonly environment: Report['environment'];
  /** What a person does after an interruption. */
  readonly goOn: string;
  readonly signal: AbortSignal;
}

/** What a run leaves: all that a model is made of. */
export interface Outcome {
  readonly spec: ModelSpec;
  readonly parameters: Parameters;
  readonly report: Report;
  readonly history: readonly EpochRecord[];
}

/** The steps of a run: throws a `HillockError` of kind `data`, `usage`, `diverged` or `interrupted`. */
export async function* trainSteps(
  data: Table | ImagesSplit,
  options: StepOptions,
  host: Host,
): AsyncGenerator<StepEvent, Outcome> {
  checkNumbers(options);
  const began = performance.now();
  const notices: string[] = [];
  const runtime = await host.runtime(message => notices.push(message));
  const made = await prepare(
    data,
    { ...options, until: goals(options.until), encodeInSteps: host.encodesInSteps },
    runtime,
  );
  const prepared = (await host.prepared?.(made)) ?? made;
  const { job } = prepared;
  for (const message of notices) yield { event: 'notice', message };
  yield {
    event: 'data',
    source: data.source,
    target: prepared.target,
    taskReason: prepared.taskReason,
    split: prepared.splitReason,
    rows: { train: learnedRows(job), validation: job.validationRows.length, test: job.testRows.length },
    crossFitted: job.rowWeights !== undefined,
    network: job.network,
    inputs: sizeOf(job.inputShape),
    inputShape: job.inputShape,
    options: job.options,
    augment: job.options.augment ?? null,
    columns: prepared.decisions,
    facts: prepared.facts ?? [],
    warnings: prepared.warnings,
    notes: prepared.notes,
  };
  const marks = marksOf(job, data, options);
  const resume = await host.checkpoints?.read(marks);
  const linear =
    prepared.linear && options.baseline !== false ? yield* linearBeside(await prepared.linear(), host) : null;
  const result = yield* followed(job, { resume, ...keeping(job, options) }, marks, host);
  if (result.stopped === 'interrupted') throw new HillockError('interrupted', 'training was interrupted', host.goOn);
  const source = {
    source: data.source,
    fingerprint: fingerprintOf(data),
    testSource: typeof options.test === 'object' ? options.test.source : null,
    header: data.kind === 'table' ? data.columns.map(({ name }) => name) : [],
  };
  const concluded = await prepared.conclude?.(result, target =>
    predictor(specOf(prepared, target), tensorsOf(prepared, result), runtime),
  );
  const report = makeReport({
    prepared,
    result,
    linear,
    concluded,
    source,
    seconds: (performance.now() - began) / 1000,
    device: result.device ?? runtime.device,
    environment: host.environment,
  });
  const spec = specOf(prepared, concluded?.target ?? prepared.target);
  return { spec, parameters: tensorsOf(prepared, result), report, history: result.history };
}

/** When states are written. */
const keeping = ({ options }: TrainingJob, { checkpointEvery, keepEpochs }: StepOptions) => ({
  checkpointEvery,
  keepEvery: keepEpochs && Math.ceil(options.epochs / keepEpochs),
});

/** A fit whose states are kept. */
async function* followed(
  job: TrainingJob,
  control: Pick<FitControl, 'resume' | 'checkpointEvery' | 'keepEvery'>,
  marks: string,
  { fit, checkpoints, signal }: Host,
): AsyncGenerator<StepEvent, FitResult> {
  const events = fit(job, { ...control, signal });
  try {
    for (;;) {
      const next = await events.next();
      if (next.done) return next.value;
      const { value } = next;
      if (value.event !== 'checkpoint') yield value;
      else if (checkpoints) {
        const path = await checkpoints[value.why === 'kept' ? 'keep' : 'write'](value.state, marks);
        yield { event: 'checkpoint', step: value.state.step, path, why: value.why };
      }
    }
  } finally {
    await events.return(undefined as never);
  }
}

/** The linear model; null, with a notice, where it diverges: the network does not depend on it. */
async function* linearBeside(
  job: TrainingJob,
  { fit, beside = fit, signal }: Host,
): AsyncGenerator<StepEvent, FitResult | null> {
  const events = beside(job, { signal });
  try {
    for (;;) {
      const next = await events.next();
      if (!next.done) continue;
      if (next.value.stopped === 'interrupted') return null;
      yield { event: 'baseline', name: 'linear', seconds: next.value.seconds };
      return next.value;
    }
  } catch (error) {
    if (!(error instanceof HillockError) || error.kind !== 'diverged') throw error;
    yield { event: 'notice', message: `the linear model beside the network is left out: ${error.message}` };
    return null;
  }
}

const fingerprintOf = (data: Table | ImagesSplit): string =>
  data.kind === 'table' ? data.fingerprint : data.train.fingerprint;

/** What a checkpoint must agree with to be gone on from: the data, the network and how it is trained. */
function marksOf(job: TrainingJob, data: Table | ImagesSplit, { excludeRows, relabel }: StepOptions): string {
  const { network, options, trainRows, validationRows, initial, frozen } = job;
  return JSON.stringify({
    of: fingerprintOf(data),
    network,
    options,
    rows: [trainRows.length, validationRows.length],
    initial: initial && startMarks(initial),
    frozen,
    excludeRows,
    relabel,
  });
}

/** `{ accuracy: 0.97 }` as goals: at least for what should be high, at most for what should be low. */
function goals(until: StepOptions['until'] = []): readonly Goal[] {
  if (Array.isArray(until)) return until;
  return Object.entries(until).map(([name, level]): Goal => {
    const metric = metricNamed(name);
    if (metric) return { metric: name, sign: metric.better === 'higher' ? '>=' : '<=', level };
    const near = didYouMean(
      name,
      metrics.map(known => known.name),
    );
    throw new HillockError(
      'usage',
      `there is no metric '${name}'`,
      near ? `did you mean '${near}'?` : `there are ${metrics.map(known => known.name).join(', ')}`,
    );
  });
}

const specOf = ({ input, job }: Prepared, target: TargetEncoding): ModelSpec => ({
  version: 1,
  hillock: version,
  created: new Date().toISOString(),
  input,
  network: job.network,
  target,
  threshold: 0.5,
});

function tensorsOf({ input, job }: Prepared, { parameters }: FitResult): ReadonlyMap<string, Tensor> {
  const layers = place(job.network, inputShapeOf(input));
  return new Map(parametersOf(layers).map(({ name, shape }) => [name, f32(parameters.get(name)!, shape)]));
}
