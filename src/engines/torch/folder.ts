/** The folder of a job: what torchrun needs to make it, on this machine or on others. Node only. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { HillockError } from '../../errors.ts';
import type { Tensor } from '../../graph/index.ts';
import { encodeSafetensors, type StoredArrays, writeWhole } from '../../model/index.ts';
import type { PlacedLayer } from '../../nn/index.ts';
import { optimizerOptions } from '../../optim/index.ts';
import {
  augmentTask,
  type FitState,
  learningRateAt,
  planOf,
  shareLearned,
  stepsInEpoch,
  type TrainingJob,
} from '../../train/index.ts';
import { version } from '../../version.ts';
import { slotsOf, toTorchArrays, treatmentOf } from './arrays.ts';
import { jobDigest } from './digest.ts';
import type { TorchOptions } from './options.ts';
import { arraysPy } from './program/arrays-py.ts';
import { learnerPy } from './program/learner-py.ts';
import { modelPy } from './program/model-py.ts';
import { ranksPy } from './program/ranks-py.ts';
import { trainPy } from './program/train-py.ts';
import { strategyOf } from './strategies.ts';

export interface JobParts {
  readonly job: TrainingJob;
  readonly layers: readonly PlacedLayer[];
  /** The state that it begins with. */
  readonly state: FitState;
  readonly options: TorchOptions;
  readonly checkpointEvery: number;
}

/** Most numbers of an index plan: 4 GB. */
const mostPlanned = 2 ** 30;

/** Throws `HillockError` kind `usage` for what PyTorch is not asked to do. */
function checkJob({ job, layers, options }: JobParts, ranks: number): void {
  const refuse = (message: string, hint: string): HillockError => new HillockError('usage', message, hint);
  if (augmentTask(job))
    throw refuse('--engine torch trains on images as they are, not on varied ones', 'add --augment none');
  if (job.blocks)
    throw refuse('--engine torch trains on tables that fit into memory', 'leave --stream or --engine out');
  const steps = stepsInEpoch(job) * job.options.epochs;
  if (steps * job.options.batch > mostPlanned) {
    throw refuse(
      `the order of rows of ${steps} steps with ${job.options.batch} rows does not fit a job folder`,
      'ask for fewer --epochs',
    );
  }
  if (options.nodeRank >= options.nodes)
    throw refuse(`--node-rank counts from 0: of ${options.nodes} machines the last is ${options.nodes - 1}`, '');
  strategyOf(options).check({ job, layers, options, ranks });
}

type Stored = StoredArrays['tensors'] extends ReadonlyMap<string, infer Array> ? Array : never;

const storable = ({ shape, data }: Tensor): Stored => ({ shape, data: data as Stored['data'] });

function dataOf({ x, y, rowWeights }: TrainingJob): StoredArrays['tensors'] {
  // Those of wide numbers first, so that each begins at a multiple of its size.
  const entries: [string, Tensor][] = [
    ['y', y],
    ...(rowWeights ? [['row_weights', rowWeights] as [string, Tensor]] : []),
    ['x', x],
  ];
  return new Map(entries.map(([name, tensor]) => [name, storable(tensor)]));
}

function planned(job: TrainingJob): StoredArrays['tensors'] {
  const steps = stepsInEpoch(job) * job.options.epochs;
  const rates = Float64Array.from({ length: steps }, (_, step) => learningRateAt(job, step, steps));
  return new Map<string, Stored>([
    ['rates', { shape: [steps], data: rates }],
    ['rows', { shape: [steps, job.options.batch], data: planOf(job)(0, steps) }],
  ]);
}

/** What `job.json` holds beside the network and its options. */
function settingsOf(parts: JobParts, ranks: number): object {
  const { job, layers, state, options, checkpointEvery } = parts;
  const { optimizer, optimizerOptions: given, batch, clip, seed, epochs } = job.options;
  const members = job.network.members ?? 1;
  const { fixed, decays, frozen } = treatmentOf(job, layers);
  return {
    version: 1,
    hillock: version,
    network: job.network,
    inputShape: job.inputShape,
    members,
    task: job.target.task,
    digest: jobDigest(parts),
    step: state.step,
    stepsPerEpoch: stepsInEpoch(job),
    steps: stepsInEpoch(job) * epochs,
    batch,
    rowsLearned: batch * shareLearned(job, members),
    optimizer,
    optimizerOptions: optimizerOptions(optimizer, given),
    slots: slotsOf(job).map(({ theirs }) => theirs),
    clip,
    seed,
    fixed,
    decays,
    frozen,
    strategy: options.strategy,
    ...strategyOf(options).settings?.({ ...parts, ranks }),
    precision: options.precision,
    device: options.device,
    timeout: options.timeout,
    checkpointEvery,
  };
}

/** Throws `HillockError` kind `data` where a folder does not hold this job. */
export async function checkMade(folder: string, parts: JobParts): Promise<void> {
  const text = await readFile(join(folder, 'job.json'), 'utf8').catch(() => '{}');
  const { success, data } = madeSchema.safeParse(parsed(text));
  if (success && data.digest === jobDigest(parts)) return;
  throw new HillockError(
    'data',
    `the job in ${folder} is not that of these data and options`,
    'bring the data back that it was written for, or write it anew with `hillock export RUN --to torch-job`',
  );
}

const madeSchema = z.object({ digest: z.string() });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Writes the folder of a job for so many ranks; throws `HillockError` kind `usage` for what it cannot be. */
export async function writeJob(folder: string, parts: JobParts, ranks: number): Promise<void> {
  checkJob(parts, ranks);
  const { job, layers, state, options } = parts;
  const { files: dividing, stages } = strategyOf(options);
  const { masks } = treatmentOf(job, layers);
  const arrays = (tensors: StoredArrays['tensors']): Uint8Array => encodeSafetensors({ tensors, metadata: new Map() });
  const start = new Map([
    ...toTorchArrays(job, layers, state.arrays),
    ...[...masks].map(([name, mask]) => [`mask/${name}`, mask] as const),
  ]);
  const files: readonly (readonly [string, Uint8Array | string])[] = [
    ['job.json', `${JSON.stringify(settingsOf(parts, ranks), null, 2)}\n`],
    ['data.safetensors', arrays(dataOf(job))],
    ['plan.safetensors', arrays(planned(job))],
    ['start.safetensors', arrays(start)],
    ['model.py', modelPy(job, stages?.({ ...parts, ranks }))],
    ['train.py', trainPy],
    ['learner.py', learnerPy],
    ...Object.entries(dividing),
    ['ranks.py', ranksPy],
    ['arrays.py', arraysPy],
  ];
  for (const [name, content] of files) await writeWhole(join(folder, name), content);
}
