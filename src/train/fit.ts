import { HillockError } from '../errors.ts';
import { f32, floats, i32, type Tensor } from '../graph/index.ts';
import { initialise, type PlacedLayer, parameterCount, parametersOf, place } from '../nn/index.ts';
import { optimizerOptions, optimizers, schedules } from '../optim/index.ts';
import { type Random, random } from '../random.ts';
import type { Runtime, Session, Tensors } from '../runtime/index.ts';
import { type EpochInputs, epochInputs } from './augment.ts';
import { type Evaluator, evaluator } from './evaluate.ts';
import type { Goal, TrainingJob } from './job.ts';
import { metricNamed, type Scores } from './metric.ts';
import { type NoisePool, type TrainingProgram, trainingProgram } from './program.ts';
import { sampler } from './sampler.ts';
import { scoreRows } from './score-rows.ts';
import { checkState, type EpochRecord, type FitState } from './state.ts';
import { tasks } from './task.ts';

export type FitEvent =
  | {
      readonly event: 'start';
      readonly parameters: number;
      readonly stepsPerEpoch: number;
      readonly epochs: number;
      readonly batch: number;
      readonly rows: { readonly train: number; readonly validation: number };
      readonly device: string;
      readonly threads: number;
      readonly seed: number;
      readonly step: number;
    }
  | {
      readonly event: 'step';
      readonly step: number;
      readonly steps: number;
      readonly epoch: number;
      readonly loss: number;
      readonly samplesPerSecond: number;
      readonly eta: number;
    }
  | ({ readonly event: 'epoch'; readonly epochs: number; readonly best: boolean } & EpochRecord)
  | { readonly event: 'checkpoint'; readonly state: FitState; readonly why: 'epoch' | 'interrupted' | 'diverged' };

export interface FitResult {
  /** Parameters of the best epoch, by name. */
  readonly parameters: ReadonlyMap<string, Float32Array>;
  readonly bestEpoch: number;
  readonly history: readonly EpochRecord[];
  readonly stopped: 'epochs' | 'patience' | 'goal' | 'interrupted';
  readonly steps: number;
  /** Time inside this call, and rows seen a second of it by the training program alone. */
  readonly seconds: number;
  readonly samplesPerSecond: number;
  readonly parameterCount: number;
  /** Predictions [rows, outputs] of each part by the best parameters, validation by members that have not seen the row; empty when interrupted. */
  readonly predictions: Readonly<Record<Part, Float32Array>>;
}

export type Part = 'train' | 'validation' | 'test';

export interface FitControl {
  readonly signal?: AbortSignal | undefined;
  /** State to go on from. */
  readonly resume?: FitState | undefined;
  /** Seconds between checkpoints at the ends of epochs; 0 = at every one. */
  readonly checkpointEvery?: number | undefined;
  /** What makes the inputs of each epoch; absent = this thread does. */
  readonly inputs?: EpochInputs | undefined;
}

/** How long one call of the program may block its thread, in seconds. */
const chunkSeconds = 0.15;

/**
 * Trains a job: yields events, returns the best parameters. Throws `HillockError` kind `diverged` when the loss
 * is no longer finite, after a checkpoint of the last good state.
 */
export async function* fit(
  job: TrainingJob,
  runtime: Runtime,
  control: FitControl = {},
): AsyncGenerator<FitEvent, FitResult> {
  const layers = place(job.network, job.inputShape);
  const program = trainingProgram(job, layers);
  const session = await runtime.open(program.model);
  try {
    const evaluate = await evaluator(job, layers, runtime);
    try {
      return yield* trainingLoop(job, layers, program, session, evaluate, runtime, control);
    } finally {
      await evaluate.close();
    }
  } finally {
    await session.close();
  }
}

async function* trainingLoop(
  job: TrainingJob,
  layers: readonly PlacedLayer[],
  program: TrainingProgram,
  session: Session,
  evaluate: Evaluator,
  runtime: Runtime,
  control: FitControl,
): AsyncGenerator<FitEvent, FitResult> {
  const { options } = job;
  const began = performance.now();
  const stepsPerEpoch = stepsInEpoch(job);
  const steps = stepsPerEpoch * options.epochs;
  const chunks = chunkRunner(job, program, session, steps);
  const inputs = control.inputs ?? epochInputs(job);
  const count = parameterCount(layers);
  if (control.resume) checkState(control.resume, program.state, parametersOf(layers));
  let state = control.resume ?? freshState(job, layers, program);
  let lastCheckpoint = performance.now();
  let trainingSeconds = 0;
  let rowsSeen = 0;
  let chunk = 4;
  const firstStep = state.step;
  yield {
    event: 'start',
    parameters: count,
    stepsPerEpoch,
    epochs: options.epochs,
    batch: options.batch,
    rows: { train: job.trainRows.length, validation: job.validationRows.length },
    device: runtime.device,
    threads: runtime.threads,
    seed: options.seed,
    step: state.step,
  };
  const none = { train: new Float32Array(), validation: new Float32Array(), test: new Float32Array() };
  const finish = async (stopped: FitResult['stopped']): Promise<FitResult> => {
    const parameters = state.best?.arrays ?? parametersIn(layers, state.arrays);
    const predictions =
      stopped === 'interrupted'
        ? none
        : {
            train: await evaluate.predict(job.trainRows, parameters),
            validation: await evaluate.predictUnseen(job.validationRows, parameters),
            test: await evaluate.predict(job.testRows, parameters),
          };
    return {
      parameters,
      predictions,
      bestEpoch: state.best?.epoch ?? state.history.length,
      history: state.history,
      stopped,
      steps: state.step,
      seconds: (performance.now() - began) / 1000,
      samplesPerSecond: trainingSeconds > 0 ? rowsSeen / trainingSeconds : 0,
      parameterCount: count,
    };
  };
  const ended = stopReason(job, state, stepsPerEpoch);
  if (ended) return await finish(ended);
  while (state.step < steps) {
    if (control.signal?.aborted) {
      yield { event: 'checkpoint', state, why: 'interrupted' };
      return await finish('interrupted');
    }
    const left = stepsPerEpoch - (state.step % stepsPerEpoch);
    const size = Math.min(chunk, left);
    const x = await inputs.of(Math.floor(state.step / stepsPerEpoch));
    const start = performance.now();
    const { arrays, losses } = await chunks(state, size, x);
    const seconds = (performance.now() - start) / 1000;
    trainingSeconds += seconds;
    rowsSeen += size * options.batch;
    chunk = Math.max(1, Math.min(4096, Math.round((chunkSeconds / seconds) * size), size * 8));
    const bad = losses.findIndex(loss => !Number.isFinite(loss));
    if (bad >= 0 || ![...arrays.values()].every(allFinite)) {
      yield { event: 'checkpoint', state, why: 'diverged' };
      throw diverged(job, bad >= 0 ? 'loss' : 'weights', state.step + (bad >= 0 ? bad + 1 : size), stepsPerEpoch);
    }
    const lossSum = losses.reduce((sum, loss) => sum + loss, state.lossSum);
    state = { ...state, step: state.step + size, arrays, lossSum };
    const done = state.step - firstStep;
    yield {
      event: 'step',
      step: state.step,
      steps,
      epoch: Math.ceil(state.step / stepsPerEpoch),
      loss: losses.at(-1)!,
      samplesPerSecond: rowsSeen / trainingSeconds,
      eta: ((performance.now() - began) / 1000 / done) * (steps - state.step),
    };
    if (state.step % stepsPerEpoch !== 0) continue;
    const record = await epochRecord(
      job,
      state,
      layers,
      evaluate,
      stepsPerEpoch,
      steps,
      (performance.now() - began) / 1000,
    );
    const before = state.best;
    state = withEpoch(job, layers, state, record);
    yield { event: 'epoch', epochs: options.epochs, best: state.best !== before, ...record };
    const reason = stopReason(job, state, stepsPerEpoch);
    if (reason || performance.now() - lastCheckpoint >= (control.checkpointEvery ?? 2) * 1000) {
      lastCheckpoint = performance.now();
      yield { event: 'checkpoint', state, why: 'epoch' };
    }
    if (reason) return await finish(reason);
  }
  return await finish('epochs');
}

/** Steps that make an epoch: each training row is seen once, some twice. */
export const stepsInEpoch = ({ trainRows, options }: TrainingJob): number =>
  Math.max(1, Math.ceil(trainRows.length / options.batch));

/** Runs `size` steps on inputs x from a state: new arrays and the loss of each step. */
function chunkRunner(job: TrainingJob, program: TrainingProgram, session: Session, steps: number) {
  const { options } = job;
  const rng = random(options.seed);
  const rowsOf = sampler(job.trainRows, options.batch, rng.split('rows'));
  const noise = noisePool(program, rng.split('noise'));
  const optimizer = optimizers[options.optimizer];
  const settings = optimizerOptions(options.optimizer, options.optimizerOptions);
  const scalarsAt = (step: number): Readonly<Record<string, number>> => {
    const progress = step / steps;
    const rate = options.learningRate * schedules[options.schedule].factor(progress);
    return optimizer.scalars(step + 1, rate, settings.weightDecay, settings);
  };
  return async (
    state: FitState,
    size: number,
    x: Tensor,
  ): Promise<{ arrays: ReadonlyMap<string, Float32Array>; losses: Float32Array }> => {
    const feeds: Record<string, Tensor> = {
      steps: { dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(size)) },
      x,
      y: job.y,
      plan: i32(rowsOf(state.step, size), [size, options.batch]),
      ...(job.rowWeights ? { row_weights: job.rowWeights } : {}),
    };
    if (noise) {
      feeds.noise = noise;
      feeds.noise_plan = noisePlan(state.step, size, options.batch, program.noise!, rng);
    }
    const scalars = Array.from({ length: size }, (_, i) => scalarsAt(state.step + i));
    for (const name of program.scalars) feeds[`scalar_${name}`] = f32(scalars.map(row => row[name]!));
    for (const { name, shape } of program.state) feeds[name] = f32(state.arrays.get(name)!, shape);
    const results = await session.run(feeds as Tensors);
    return {
      arrays: new Map(program.state.map(({ name }) => [name, floats(results[`${name}'`])])),
      losses: floats(results.losses),
    };
  };
}

function noisePool({ noise }: TrainingProgram, rng: Random): Tensor | null {
  if (!noise) return null;
  const pool = new Float32Array(noise.rows * noise.width);
  for (let i = 0; i < pool.length; i++) pool[i] = rng.uniform();
  return f32(pool, [noise.rows, noise.width]);
}

/** The rows of the pool that each row of each batch is given. */
function noisePlan(step: number, steps: number, batch: number, { rows, draws }: NoisePool, rng: Random): Tensor {
  const each = batch * draws;
  const plan = new Int32Array(steps * each);
  for (let s = 0; s < steps; s++) {
    const stream = rng.split('noise rows', step + s);
    for (let i = 0; i < each; i++) plan[s * each + i] = stream.below(rows);
  }
  return i32(plan, [steps, batch, draws]);
}

function freshState(job: TrainingJob, layers: readonly PlacedLayer[], program: TrainingProgram): FitState {
  const initial = initialise(layers, random(job.options.seed));
  const arrays = new Map(
    program.state.map(({ name, shape }) => {
      const given = job.initial?.get(name);
      if (given) return [name, given.slice()];
      const tensor = initial.get(name);
      return [name, tensor ? floats(tensor) : new Float32Array(shape.reduce((a, b) => a * b, 1))];
    }),
  );
  return { step: 0, arrays, lossSum: 0, best: null, history: [] };
}

async function epochRecord(
  job: TrainingJob,
  state: FitState,
  layers: readonly PlacedLayer[],
  evaluate: Evaluator,
  stepsPerEpoch: number,
  steps: number,
  seconds: number,
): Promise<EpochRecord> {
  const { options } = job;
  const validation =
    job.validationRows.length > 0 ? await validate(job, evaluate, parametersIn(layers, state.arrays)) : {};
  return {
    epoch: state.step / stepsPerEpoch,
    step: state.step,
    loss: state.lossSum / stepsPerEpoch,
    validation,
    learningRate: options.learningRate * schedules[options.schedule].factor((state.step - 1) / steps),
    seconds,
  };
}

async function validate(
  job: TrainingJob,
  evaluate: Evaluator,
  parameters: ReadonlyMap<string, Float32Array>,
): Promise<Scores> {
  const predictions = await evaluate.predictUnseen(job.validationRows, parameters);
  return scoreRows(job, job.validationRows, predictions);
}

function parametersIn(
  layers: readonly PlacedLayer[],
  arrays: ReadonlyMap<string, Float32Array>,
): ReadonlyMap<string, Float32Array> {
  return new Map(parametersOf(layers).map(({ name }) => [name, arrays.get(name)!]));
}

/** The score that chooses the best epoch, as "lower is better"; the training loss where nothing is held out. */
function rank(job: TrainingJob, record: EpochRecord): number {
  const name = job.options.monitor || tasks[job.target.task].monitor;
  const value = record.validation[name];
  if (value === undefined) return job.validationRows.length === 0 ? -record.epoch : Number.POSITIVE_INFINITY;
  return metricNamed(name)?.better === 'higher' ? -value : value;
}

function withEpoch(job: TrainingJob, layers: readonly PlacedLayer[], state: FitState, record: EpochRecord): FitState {
  const current = rank(job, record);
  const better =
    state.best === null || current < state.best.score || goalsReached(job.options.until, record.validation);
  const best = better
    ? { epoch: record.epoch, score: current, arrays: parametersIn(layers, state.arrays) }
    : state.best;
  return { ...state, lossSum: 0, best, history: [...state.history, record] };
}

/** Whether there are goals and the scores meet every one. */
export function goalsReached(goals: readonly Goal[], scores: Scores): boolean {
  return (
    goals.length > 0 &&
    goals.every(({ metric, sign, level }) => {
      const value = scores[metric];
      return value !== undefined && (sign === '>=' ? value >= level : value <= level);
    })
  );
}

function stopReason(job: TrainingJob, state: FitState, stepsPerEpoch: number): FitResult['stopped'] | null {
  const { patience, until, epochs } = job.options;
  const last = state.history.at(-1);
  if (!last || state.step % stepsPerEpoch !== 0) return null;
  if (goalsReached(until, last.validation)) return 'goal';
  if (patience > 0 && state.best && last.epoch - state.best.epoch >= patience) return 'patience';
  return state.step >= epochs * stepsPerEpoch ? 'epochs' : null;
}

/** Whether every number is finite; Infinity − Infinity and NaN − NaN are not 0. */
function allFinite(values: Float32Array): boolean {
  for (let i = 0; i < values.length; i++) if (values[i]! - values[i]! !== 0) return false;
  return true;
}

function diverged(job: TrainingJob, what: 'loss' | 'weights', step: number, stepsPerEpoch: number): HillockError {
  const found = what === 'loss' ? 'the loss is not a finite number' : 'the weights are not finite numbers';
  return new HillockError(
    'diverged',
    `training diverged: ${found} at step ${step} (epoch ${Math.ceil(step / stepsPerEpoch)})`,
    `the learning rate ${job.options.learningRate} is probably too large: try ${Number((job.options.learningRate / 10).toPrecision(2))}, or limit the gradients with --clip 1`,
  );
}
