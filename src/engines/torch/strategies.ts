/** Ways to divide a job over ranks. */
import { HillockError } from '../../errors.ts';
import { everyLayer, type PlacedLayer } from '../../nn/index.ts';
import { isFrozen, type TrainingJob } from '../../train/index.ts';
import { dividedModules, wholeLayers } from './divided.ts';
import type { TorchOptions, TorchStrategyName } from './options.ts';
import { dataPy } from './program/data-py.ts';
import { normsPy } from './program/norms-py.ts';
import { pipelinePy } from './program/pipeline-py.ts';
import { tensorPy } from './program/tensor-py.ts';
import { blocksOf, stagesOf } from './stages.ts';

/** A job that is to be divided. */
export interface Divided {
  readonly job: TrainingJob;
  readonly layers: readonly PlacedLayer[];
  readonly options: TorchOptions;
  readonly ranks: number;
}

/** A way to divide a job over ranks. */
export interface TorchStrategy {
  readonly name: TorchStrategyName;
  /** What each rank holds. */
  readonly about: string;
  /** The first release of PyTorch that has what it is made of. */
  readonly since: readonly [major: number, minor: number];
  /** What it refuses, in words. */
  readonly refuses: string;
  /** The files of a job folder that divide it, by name. */
  readonly files: Readonly<Record<string, string>>;
  /** The layers of each rank, where they are not those of the network. */
  stages?(divided: Divided): readonly (readonly PlacedLayer[])[];
  /** What `job.json` holds for it. */
  settings?(divided: Divided): object;
  /** What a person should know of how a job is divided. */
  says?(divided: Divided): string;
  /** Throws `HillockError` kind `usage` for what it cannot do. */
  check(divided: Divided): void;
}

const refusal = (message: string, hint: string): HillockError => new HillockError('usage', message, hint);

const byRows = {
  refuses: 'more processes than rows in a step',
  files: { 'parallel.py': dataPy, 'norms.py': normsPy },
  check({ job: { options }, ranks }: Divided): void {
    if (ranks <= options.batch) return;
    throw refusal(
      `${ranks} processes cannot share the ${options.batch} rows of a step`,
      `ask for at most ${options.batch}, or for larger steps with --batch`,
    );
  },
};

/** Micro-batches of a step: where none are asked for, four for each stage keep most ranks busy (Huang et al. 2019). */
const microBatches = ({ job, options, ranks }: Divided): number =>
  options.microBatches ?? Math.min(job.options.batch, 4 * ranks);

function checkPipeline(divided: Divided): void {
  const { job, layers, ranks } = divided;
  const micros = microBatches(divided);
  const most = blocksOf(job, layers).length;
  if (ranks > most) {
    throw refusal(
      `${ranks} stages need as many layers that learn, the network has ${most}`,
      `ask for at most ${most} processes, or use another --strategy`,
    );
  }
  if (micros > job.options.batch) {
    throw refusal(
      `the ${job.options.batch} rows of a step do not make ${micros} micro-batches`,
      `ask for at most ${job.options.batch} with --micro-batches, or for larger steps with --batch`,
    );
  }
  const counts = everyLayer(layers).find(
    ({ name, parameters }) => parameters.some(({ role }) => role === 'statistic') && !isFrozen(job, name),
  );
  if (counts && micros > 1) {
    throw refusal(
      `${counts.name} needs all rows of a step at once, a pipeline sends them through in ${micros} parts`,
      'add --micro-batches 1, or use --strategy ddp or tensor',
    );
  }
}

const stages = ({ job, layers, ranks }: Divided): readonly (readonly PlacedLayer[])[] =>
  stagesOf(blocksOf(job, layers), ranks);

const few = (names: readonly string[]): string => (names.length > 3 ? `${names.length} layers` : names.join(', '));

/** Every strategy. */
export const torchStrategies: readonly TorchStrategy[] = [
  {
    ...byRows,
    name: 'ddp',
    about: 'the network; gradients are averaged (DistributedDataParallel)',
    since: [1, 13],
  },
  {
    ...byRows,
    name: 'zero1',
    about: 'the network, and its share of the optimiser’s state (ZeroRedundancyOptimizer)',
    since: [1, 13],
  },
  {
    ...byRows,
    name: 'fsdp',
    about: 'its share of weights, gradients and state; each layer is gathered where it is used (fully_shard)',
    since: [2, 6],
  },
  {
    name: 'tensor',
    about: 'its part of every dense layer, all of the other layers (as in Megatron-LM)',
    since: [1, 13],
    refuses: 'networks without dense layers',
    files: { 'parallel.py': tensorPy },
    settings: ({ job, layers }) => ({ divided: dividedModules(layers, job.network.members ?? 1) }),
    says({ layers }) {
      const whole = wholeLayers(layers);
      return whole.length === 0 ? '' : `; ${few(whole)} on every process`;
    },
    check({ layers }) {
      if (Object.keys(dividedModules(layers, 1)).length > 0) return;
      throw refusal('the network has no dense layer that could be divided', 'use another --strategy');
    },
  },
  {
    name: 'pipeline',
    about: 'a stage: its layers, through which the rows of a step go in micro-batches (GPipe)',
    since: [1, 13],
    refuses: 'more processes than layers that learn; batch norm, unless with `--micro-batches 1`',
    files: { 'parallel.py': pipelinePy },
    stages,
    settings: divided => ({
      microBatches: microBatches(divided),
      stages: stages(divided).map(layers => layers.at(-1)!.outputShape),
    }),
    says: divided =>
      `; ${stages(divided)
        .map(layers => few(layers.map(({ name }) => name)))
        .join(' | ')}`,
    check: checkPipeline,
  },
];

export const strategyOf = ({ strategy }: Pick<TorchOptions, 'strategy'>): TorchStrategy =>
  torchStrategies.find(({ name }) => name === strategy)!;
