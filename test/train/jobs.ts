/** Small training jobs, and what it takes to follow one. */
import { fitPixels, type TargetEncoding } from '../../src/features/index.ts';
import { f32, i32, type Tensor } from '../../src/graph/index.ts';
import {
  activationLayer,
  batchNorm,
  conv2d,
  dense,
  dropout,
  flatten,
  type LayerSpec,
  maxPool,
  network,
} from '../../src/nn/index.ts';
import { random } from '../../src/random.ts';

import type { Runtime } from '../../src/runtime/runtime.ts';
import {
  type FitControl,
  type FitEvent,
  type FitOptions,
  type FitResult,
  type FitState,
  fit as fitJob,
  outputsOf,
  type TaskName,
  type TrainingJob,
} from '../../src/train/index.ts';

export const options: FitOptions = {
  epochs: 4,
  batch: 16,
  optimizer: 'adam',
  optimizerOptions: {},
  learningRate: 0.01,
  schedule: 'constant',
  clip: 0,
  smoothing: 0,
  patience: 0,
  monitor: '',
  until: [],
  seed: 1,
};

/** The tasks of rows of a table. */
export type RowTask = Exclude<TaskName, 'forecast'>;

export const targets: Readonly<Record<RowTask, TargetEncoding>> = {
  binary: { version: 1, name: 'target', task: 'binary', classes: ['no', 'yes'] },
  multiclass: { version: 1, name: 'target', task: 'multiclass', classes: ['a', 'b', 'c'] },
  regression: { version: 1, name: 'target', task: 'regression', log: false, mean: 0, std: 1, min: -10, max: 10 },
};

export const range = (begin: number, end: number): Int32Array =>
  Int32Array.from({ length: end - begin }, (_, i) => begin + i);

/** Rows and truths as a job: the first part trains, the rest validates. */
export function jobOf(
  task: RowTask,
  x: Tensor,
  truths: Float64Array,
  hidden: readonly LayerSpec[],
  more: Partial<FitOptions> & { readonly members?: number; readonly trainRows?: number } = {},
): TrainingJob {
  const { members, trainRows = Math.floor(0.75 * truths.length), ...given } = more;
  const target = targets[task];
  const shape = [truths.length, 1];
  return {
    network: network([...hidden, dense(outputsOf(target))], members === undefined ? {} : { members }),
    inputShape: x.shape.slice(1),
    target,
    x,
    y: task === 'regression' ? f32(Float32Array.from(truths), shape) : i32(Int32Array.from(truths), shape),
    truths,
    trainRows: range(0, trainRows),
    validationRows: range(trainRows, truths.length),
    testRows: new Int32Array(),
    options: { ...options, ...given },
  };
}

/** A job on numbers that a smooth rule with noise relates. */
export function smallJob(
  task: RowTask,
  hidden: readonly LayerSpec[],
  more: Parameters<typeof jobOf>[4] & { readonly rows?: number; readonly columns?: number } = {},
): TrainingJob {
  const { rows = 64, columns = 3, ...rest } = more;
  const rng = random(`${task} ${rows} ${columns}`);
  const x = f32(
    Float32Array.from({ length: rows * columns }, () => rng.normal()),
    [rows, columns],
  );
  const truths = Float64Array.from({ length: rows }, (_, row) => {
    const [a, b] = [(x.data as Float32Array)[row * columns]!, (x.data as Float32Array)[row * columns + 1] ?? 0];
    const value = Math.fround(a - 0.5 * b * b + 0.3 * rng.normal());
    if (task === 'regression') return value;
    return task === 'binary' ? Number(value > -0.3) : value > 0.2 ? 2 : value > -0.8 ? 1 : 0;
  });
  return jobOf(task, x, truths, hidden, rest);
}

/** A job on 90 pictures of 2 channels, 5 × 4 pixels: which corner of the first channel is bright. */
export function imageJob(more: Partial<FitOptions> = {}): TrainingJob {
  const rng = random('pictures');
  const rows = 90;
  const truths = Float64Array.from({ length: rows }, (_, row) => row % 3);
  const pixels = Uint8Array.from({ length: rows * 40 }, () => rng.below(90));
  truths.forEach((truth, row) => {
    pixels[row * 40 + [0, 3, 19][truth]!] = 150 + rng.below(100);
  });
  const x = { dtype: 'uint8', shape: [rows, 2, 5, 4], data: pixels } as const;
  const convolution = conv2d(4, 3, 'linear', { padding: 'same', bias: false });
  const hidden = [convolution, maxPool(2), batchNorm(), activationLayer('relu'), flatten(), dropout(0.2)];
  const job = jobOf('multiclass', x, truths, hidden, { batch: 8, epochs: 3, seed: 2, ...more });
  return { ...job, pixels: fitPixels(pixels, [5, 4, 2], job.trainRows) };
}

export interface Followed {
  readonly events: readonly FitEvent[];
  /** States of the checkpoints, in order. */
  readonly states: readonly FitState[];
  readonly result: FitResult | undefined;
  readonly error: unknown;
}

let native: Promise<Runtime> | undefined;

/** Runs a job to its end, by another fit where told; `each` sees the events as they come. */
export async function follow(
  job: TrainingJob,
  control: FitControl & {
    readonly runtime?: Runtime;
    readonly each?: (event: FitEvent) => void;
    readonly fit?: typeof fitJob;
  } = {},
): Promise<Followed> {
  const { runtime, each, fit: begin = fitJob, ...rest } = control;
  native ??= import('../../src/runtime/node.ts').then(({ nodeRuntime }) => nodeRuntime({ threads: 2 }));
  const steps = begin(job, runtime ?? (await native), rest);
  const events: FitEvent[] = [];
  const states: FitState[] = [];
  try {
    for (;;) {
      const next = await steps.next();
      if (next.done) return { events, states, result: next.value, error: undefined };
      events.push(next.value);
      if (next.value.event === 'checkpoint') states.push(next.value.state);
      each?.(next.value);
    }
  } catch (error) {
    return { events, states, result: undefined, error };
  }
}

/** Arrays as text, so that a difference of one bit shows. */
export const bits = (arrays: ReadonlyMap<string, Float32Array>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...arrays].map(([name, { buffer, byteOffset, byteLength }]) => [
      name,
      Buffer.from(buffer, byteOffset, byteLength).toString('hex'),
    ]),
  );

/** What two runs that are the same must share. */
export const outcome = ({ result }: Followed) => {
  if (!result) throw new Error('the run has no result');
  return {
    parameters: bits(result.parameters),
    predictions: bits(new Map(Object.entries(result.predictions))),
    history: result.history.map(({ seconds, ...record }) => record),
    bestEpoch: result.bestEpoch,
    stopped: result.stopped,
    steps: result.steps,
  };
};
