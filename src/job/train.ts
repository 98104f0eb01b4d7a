/** From data to a trained model: the events of a run, and its result. Node only. */
import { createHash } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImagesSplit, Table } from '../data/index.ts';
import { didYouMean, HillockError } from '../errors.ts';
import type { TargetEncoding } from '../features/index.ts';
import { f32, type Tensor } from '../graph/index.ts';
import { inputShapeOf, type ModelSpec, predictor, runFiles, writeWhole } from '../model/index.ts';
import { type NetworkSpec, parametersOf, place } from '../nn/index.ts';
import {
  type Augmentation,
  type FitEvent,
  type FitResult,
  type FitState,
  type Goal,
  type MetricName,
  metricNamed,
  metrics,
  type TrainingJob,
} from '../train/index.ts';
import { version } from '../version.ts';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
import { type Device, runtimeFor } from './device.ts';
import { lockRun } from './lock.ts';
import type { ModelName } from './model-name.ts';
import { type Prepared, type PrepareOptions, prepare } from './prepare.ts';
import { historyLines, makeReport, type Report } from './report.ts';
import { fitOnThread } from './thread.ts';
import { type FreshModel, trainedModel } from './trained.ts';

export interface TrainOptions extends Omit<PrepareOptions, 'model' | 'until'> {
  /** Stop as soon as the validation part reaches this: `{ accuracy: 0.97 }`. */
  readonly until?: Readonly<Partial<Record<MetricName, number>>> | readonly Goal[] | undefined;
  readonly device?: Device | undefined;
  readonly threads?: number | undefined;
  /** Folder of the run: checkpoints while it trains, the model and its report at the end. Absent = nothing is written. */
  readonly out?: string | undefined;
  /** Go on from the checkpoint in `out`, if there is one. */
  readonly resume?: boolean | undefined;
  /** Also train the linear model that stands beside the network (default true). */
  readonly baseline?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly checkpointEvery?: number | undefined;
}

export type TrainEvent =
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
      readonly inputs: number;
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
  | { readonly event: 'checkpoint'; readonly step: number; readonly path: string; readonly why: string }
  | { readonly event: 'result'; readonly report: Report; readonly run: string | null };

/** A run under way: iterate over it to follow it; `result` settles when it ends. */
export interface Run extends AsyncIterable<TrainEvent> {
  readonly result: Promise<FreshModel>;
  /** Ends it at the next safe moment, with a checkpoint; `result` rejects with kind `interrupted`. */
  stop(): void;
}

/**
 * Trains a network on data, on a thread of its own; `mlp` and `cnn` are the recipe's own networks, `auto` takes the
 * one for the data. A network lists hidden layers:
 * the last layer follows from the target. Training goes on whether or not the events are read.
 * `result` rejects with a `HillockError`: `data`, `usage` (also where another training has the folder `out`), `diverged`,
 * `interrupted`.
 */
export function train(
  network: NetworkSpec | ModelName | 'auto',
  data: Table | ImagesSplit,
  options: TrainOptions = {},
): Run {
  const { out } = options;
  return begin(network, data, options, async () => (out === undefined ? nothing : lockRun(out)));
}

/** `train` for who holds the lock of the run folder. */
export function trainHeld(
  network: NetworkSpec | ModelName | 'auto',
  data: Table | ImagesSplit,
  options: TrainOptions,
): Run {
  return begin(network, data, options, async () => nothing);
}

const nothing = async (): Promise<void> => undefined;

function begin(
  network: NetworkSpec | ModelName | 'auto',
  data: Table | ImagesSplit,
  options: TrainOptions,
  lock: () => Promise<() => Promise<void>>,
): Run {
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  options.signal?.addEventListener('abort', stop, { once: true });
  if (options.signal?.aborted) abort.abort();
  const events: TrainEvent[] = [];
  const waiting = new Set<() => void>();
  let ended: { readonly error?: unknown } | undefined;
  const tell = (): void => {
    for (const wake of waiting) wake();
    waiting.clear();
  };
  const end = (how: { readonly error?: unknown }): void => {
    options.signal?.removeEventListener('abort', stop);
    ended = how;
    tell();
  };
  const work = async (): Promise<FreshModel> => {
    const steps = trainSteps(data, {
      ...options,
      model: network === 'auto' ? undefined : network,
      signal: abort.signal,
    });
    const release = await lock();
    try {
      for (;;) {
        const next = await steps.next();
        if (next.done) return next.value;
        events.push(next.value);
        tell();
      }
    } finally {
      await release();
    }
  };
  const result = work();
  result.then(
    () => end({}),
    (error: unknown) => end({ error }),
  );
  return {
    result,
    stop,
    async *[Symbol.asyncIterator]() {
      for (let next = 0; ; ) {
        if (next < events.length) yield events[next++]!;
        else if (ended) {
          if ('error' in ended) throw ended.error;
          return;
        } else await new Promise<void>(resolve => waiting.add(resolve));
      }
    },
  };
}

type StepOptions = TrainOptions & Pick<PrepareOptions, 'model'>;

async function* trainSteps(data: Table | ImagesSplit, options: StepOptions): AsyncGenerator<TrainEvent, FreshModel> {
  const began = performance.now();
  const notices: string[] = [];
  const runtime = await runtimeFor(options.device ?? 'cpu', {
    threads: options.threads,
    notice: message => notices.push(message),
  });
  const prepared = await prepare(data, { ...options, until: goals(options.until) }, runtime);
  const { job } = prepared;
  for (const message of notices) yield { event: 'notice', message };
  yield {
    event: 'data',
    source: data.source,
    target: prepared.target,
    taskReason: prepared.taskReason,
    split: prepared.splitReason,
    rows: { train: job.trainRows.length, validation: job.validationRows.length, test: job.testRows.length },
    crossFitted: job.rowWeights !== undefined,
    network: job.network,
    inputs: job.inputShape.reduce((a, b) => a * b, 1),
    augment: job.options.augment ?? null,
    columns: prepared.decisions,
    facts: prepared.facts ?? [],
    warnings: prepared.warnings,
    notes: prepared.notes,
  };
  const marks = fingerprintOf(job, data);
  const resume = options.resume && options.out ? await readState(options.out, marks) : undefined;
  const device = options.device ?? 'cpu';
  const thread = { device, threads: options.threads, signal: options.signal };
  const linear =
    prepared.linear && options.baseline !== false ? yield* linearBeside(await prepared.linear(), thread) : null;
  const result = yield* followed(
    job,
    { ...thread, resume, checkpointEvery: options.checkpointEvery },
    options.out,
    marks,
  );
  if (result.stopped === 'interrupted') throw interrupted(options.out);
  const source = {
    source: data.source,
    fingerprint: data.kind === 'table' ? data.fingerprint : data.train.fingerprint,
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
    device: runtime.device,
  });
  const model = trainedModel(
    specOf(prepared, concluded?.target ?? prepared.target),
    tensorsOf(prepared, result),
    report,
    result.history,
  );
  if (options.out) await model.save(options.out);
  yield { event: 'result', report, run: options.out ?? null };
  return model;
}

/** A fit whose checkpoints and history go to the run folder. */
async function* followed(
  job: TrainingJob,
  control: Parameters<typeof fitOnThread>[1],
  out: string | undefined,
  marks: string,
): AsyncGenerator<TrainEvent, FitResult> {
  const events = fitOnThread(job, control);
  try {
    for (;;) {
      const next = await events.next();
      if (next.done) return next.value;
      const { value } = next;
      if (value.event !== 'checkpoint') yield value;
      else if (out) {
        await writeWhole(join(out, runFiles.state), encodeCheckpoint(value.state, marks));
        await writeWhole(join(out, runFiles.history), historyLines(value.state.history));
        yield { event: 'checkpoint', step: value.state.step, path: join(out, runFiles.state), why: value.why };
      }
    }
  } finally {
    await events.return(undefined as never);
  }
}

/** The linear model; null, with a notice, where it diverges: the network does not depend on it. */
async function* linearBeside(
  job: TrainingJob,
  thread: Parameters<typeof fitOnThread>[1],
): AsyncGenerator<TrainEvent, FitResult | null> {
  const events = fitOnThread(job, thread);
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

/** What a checkpoint must agree with to be gone on from: the data, the network and how it is trained. */
function fingerprintOf(
  { network, options, trainRows, validationRows }: TrainingJob,
  data: Table | ImagesSplit,
): string {
  const of = data.kind === 'table' ? data.fingerprint : data.train.fingerprint;
  const plan = JSON.stringify({ of, network, options, rows: [trainRows.length, validationRows.length] });
  return createHash('sha256').update(plan).digest('hex');
}

async function readState(out: string, marks: string): Promise<FitState | undefined> {
  const path = join(out, runFiles.state);
  const there = await access(path).then(
    () => true,
    () => false,
  );
  if (!there) return undefined;
  return decodeCheckpoint(await readFile(path), path, marks);
}

/** `{ accuracy: 0.97 }` as goals: at least for what should be high, at most for what should be low. */
function goals(until: TrainOptions['until'] = []): readonly Goal[] {
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

const interrupted = (out: string | undefined): HillockError =>
  new HillockError(
    'interrupted',
    'training was interrupted',
    out
      ? `go on with: hillock train --resume ${/^[\w./:@%+=,-]+$/.test(out) ? out : `'${out.replaceAll("'", "'\\''")}'`}`
      : 'nothing was saved: no folder was given',
  );

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
