import { f32, floats, i32, sizeOf, type Tensor } from '../graph/index.ts';
import type { Forms } from '../lower/index.ts';
import { type PlacedLayer, parameterCount, parametersOf, place } from '../nn/index.ts';
import { optimizerOptions, optimizers } from '../optim/index.ts';
import { type Random, random } from '../random.ts';
import type { Runtime, Tensors } from '../runtime/index.ts';
import { type EpochInputs, epochInputs } from './augment.ts';
import {
  checkMonitor,
  concluded,
  diverged,
  epochRecord,
  type FitResult,
  freshState,
  learningRateAt,
  stopReason,
  withEpoch,
} from './epochs.ts';
import { type Evaluator, evaluator, takeRows } from './evaluate.ts';
import { type Feed, learnedRows, type Resident, stepsInEpoch, wholeFeed } from './feed.ts';
import { allFinite } from './finite.ts';
import type { TrainingJob } from './job.ts';
import { type NoisePool, type TrainingProgram, trainingProgram } from './program.ts';
import { checkState, type EpochRecord, type FitState } from './state.ts';
import { openSteps, type Program } from './steps.ts';

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
  | {
      readonly event: 'checkpoint';
      readonly state: FitState;
      readonly why: 'epoch' | 'kept' | 'interrupted' | 'diverged';
    };

export interface FitControl {
  readonly signal?: AbortSignal | undefined;
  /** State to go on from. */
  readonly resume?: FitState | undefined;
  /** Seconds between checkpoints at the ends of epochs; 0 = at every one. */
  readonly checkpointEvery?: number | undefined;
  /** Epochs between states that are kept besides, each as a checkpoint of its own; absent = none is. */
  readonly keepEvery?: number | undefined;
  /** What makes the inputs of each epoch; absent = this thread does. */
  readonly inputs?: EpochInputs | undefined;
  /** What steps read of a job with blocks. */
  readonly feed?: Feed | undefined;
  /** How convolutions are computed; absent = as every runtime can. */
  readonly forms?: Forms | undefined;
}

/** How long one call of the program may block its thread, in seconds. */
const chunkSeconds = 0.15;

/**
 * Every call copies parameters and optimiser state in and out: seconds a byte after which that is about a hundredth of it, as long as
 * that is not too long to be told of progress, and after which it is about a tenth.
 */
const [longSecondsPerByte, longChunkSeconds, leastSecondsPerByte] = [1.2e-7, 0.5, 1.2e-8];

const blockedSeconds = (bytes: number): number =>
  Math.max(chunkSeconds, Math.min(longChunkSeconds, longSecondsPerByte * bytes), leastSecondsPerByte * bytes);

/**
 * Trains a job: yields events, returns the best parameters. Throws `HillockError` kind `diverged` when the loss
 * is no longer finite, after a checkpoint of the last good state, and kind `usage` where the monitor is not defined on the
 * validation rows.
 */
export async function* fit(
  job: TrainingJob,
  runtime: Runtime,
  control: FitControl = {},
): AsyncGenerator<FitEvent, FitResult> {
  const layers = place(job.network, job.inputShape);
  checkMonitor(job);
  const stepwise = runtime.openStep !== undefined;
  const program = trainingProgram(job, layers, { forms: control.forms, anyRows: runtime.copies, stepwise });
  const session = stepwise ? await openSteps(program.model, runtime) : await runtime.open(program.model);
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
  session: Program,
  evaluate: Evaluator,
  runtime: Runtime,
  control: FitControl,
): AsyncGenerator<FitEvent, FitResult> {
  const { options } = job;
  const began = performance.now();
  const stepsPerEpoch = stepsInEpoch(job);
  const steps = stepsPerEpoch * options.epochs;
  const chunks = chunkRunner(job, program, session, steps, runtime.copies);
  const feed = control.feed ?? wholeFeed(job, control.inputs ?? epochInputs(job));
  const count = parameterCount(layers);
  const bytes = 4 * program.state.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const blocked = blockedSeconds(bytes);
  if (control.resume) checkState(control.resume, program.state, parametersOf(layers));
  let state = control.resume ?? freshState(job, layers);
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
    rows: { train: learnedRows(job), validation: job.validationRows.length },
    device: runtime.device,
    threads: runtime.threads,
    seed: options.seed,
    step: state.step,
  };
  const finish = (stopped: FitResult['stopped']): Promise<FitResult> =>
    concluded(job, layers, evaluate, state, stopped, {
      seconds: (performance.now() - began) / 1000,
      samplesPerSecond: trainingSeconds > 0 ? rowsSeen / trainingSeconds : 0,
    });
  const ended = stopReason(job, state, stepsPerEpoch);
  if (ended) return await finish(ended);
  while (state.step < steps) {
    if (control.signal?.aborted) {
      yield { event: 'checkpoint', state, why: 'interrupted' };
      return await finish('interrupted');
    }
    const resident = await feed.at(state.step);
    const size = Math.min(chunk, resident.left);
    const start = performance.now();
    const { arrays, losses } = await chunks(state, size, resident);
    const seconds = (performance.now() - start) / 1000;
    trainingSeconds += seconds;
    rowsSeen += size * options.batch;
    chunk = Math.max(1, Math.min(4096, Math.round((blocked / seconds) * size), size * 8));
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
    if (control.keepEvery !== undefined && record.epoch % control.keepEvery === 0)
      yield { event: 'checkpoint', state, why: 'kept' };
    const reason = stopReason(job, state, stepsPerEpoch);
    if (reason || performance.now() - lastCheckpoint >= (control.checkpointEvery ?? 2) * 1000) {
      lastCheckpoint = performance.now();
      yield { event: 'checkpoint', state, why: 'epoch' };
    }
    if (reason) return await finish(reason);
  }
  return await finish('epochs');
}

/** Runs `size` steps on resident rows from a state: new arrays and the loss of each step. */
function chunkRunner(job: TrainingJob, program: TrainingProgram, session: Program, steps: number, copies: boolean) {
  const { options } = job;
  const rng = random(options.seed);
  const noise = noisePool(program, rng.split('noise'));
  const optimizer = optimizers[options.optimizer];
  const settings = optimizerOptions(options.optimizer, options.optimizerOptions);
  const scalarsAt = (step: number): Readonly<Record<string, number>> => {
    return optimizer.scalars(step + 1, learningRateAt(job, step, steps), settings.weightDecay, settings);
  };
  return async (
    state: FitState,
    size: number,
    resident: Resident,
  ): Promise<{ arrays: ReadonlyMap<string, Float32Array>; losses: Float32Array }> => {
    const feeds: Record<string, Tensor> = {
      steps: { dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(size)) },
      ...rowsRead(job, resident, size, copies),
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

/** The rows of so many steps and their plan: all that are resident, or copies of those that are read where that is less. */
function rowsRead(
  { options, rowWeights }: TrainingJob,
  { x, y, rows }: Resident,
  size: number,
  copies: boolean,
): Tensors {
  const plan = rows(size);
  const read = { x, y, ...(rowWeights ? { row_weights: rowWeights } : {}) };
  const shape = [size, options.batch];
  if (!copies || plan.length >= x.shape[0]!) return { ...read, plan: i32(plan, shape) };
  const taken = Object.entries(read).map(([name, tensor]) => [name, takeRows(tensor, plan)]);
  return { ...Object.fromEntries(taken), plan: i32(Int32Array.from(plan.keys()), shape) };
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
