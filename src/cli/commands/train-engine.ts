import type { TorchOptions, TorchStrategyName } from '../../engines/torch/index.ts';
import { HillockError } from '../../errors.ts';
import { kebab } from '../command.ts';
import type { Values } from '../parameters.ts';
import { choice, integer, number, text } from '../parameters.ts';
import type { ModelOptions } from './train-options.ts';

/** Names spelled out, so that help does not load what they name; the types know when one is left out. */
const strategies = Object.keys({
  ddp: true,
  zero1: true,
  fsdp: true,
  tensor: true,
  pipeline: true,
} satisfies Record<TorchStrategyName, true>) as TorchStrategyName[];

/** What trains, and how a training on PyTorch is divided. */
export const engineParameters = {
  engine: choice(
    'NAME',
    ['local', 'torch'],
    'what trains: this package, or PyTorch, see docs/scale.md (default: local)',
  ),
  nproc: integer('N', 'with --engine torch: processes on this machine (default: one a GPU, without GPUs one)', {
    min: 1,
    max: 1024,
  }),
  nodes: integer('N', 'with --engine torch: machines; the same command is given on each of them', {
    min: 1,
    max: 65536,
  }),
  nodeRank: integer('R', 'with --engine torch: which of the machines this one is, from 0', { min: 0, max: 65535 }),
  master: text('HOST:PORT', 'with --engine torch: machine 0 and a free port of it'),
  strategy: choice('NAME', strategies, 'with --engine torch: what is divided, see docs/scale.md (default: ddp)'),
  microBatches: integer(
    'N',
    'with --strategy pipeline: parts in which the rows of a step go through (default: four for each process)',
    { min: 1, max: 65536 },
  ),
  timeout: number('SECONDS', 'with --engine torch: how long a process waits for another (default: 120)', { min: 1 }),
  precision: choice('NAME', ['fp32', 'bf16'], 'with --engine torch: numbers that products are made of (default: fp32)'),
};

export type EngineOptions = Values<typeof engineParameters>;

/** Throws `HillockError` kind `usage` for parts that no pipeline takes. */
export function checkMicroBatches({ microBatches, strategy }: Pick<EngineOptions, 'microBatches' | 'strategy'>): void {
  if (microBatches === undefined || strategy === 'pipeline') return;
  throw new HillockError(
    'usage',
    '--micro-batches is of a training whose layers are divided',
    'add --strategy pipeline',
  );
}

/** The engine that was asked for; undefined = this package. Throws `HillockError` kind `usage`. */
export async function plannedEngine(
  given: EngineOptions & Pick<ModelOptions, 'device'>,
): Promise<TorchOptions | undefined> {
  const names = Object.keys(engineParameters) as (keyof EngineOptions)[];
  if (given.engine !== 'torch') {
    const alone = names.find(name => name !== 'engine' && given[name] !== undefined);
    if (alone === undefined) return undefined;
    throw new HillockError('usage', `--${kebab(alone)} is of a training on PyTorch`, 'add --engine torch');
  }
  const { torchDefaults } = await import('../../engines/torch/options.ts');
  const { nproc, nodes = 1, nodeRank, master, strategy = 'ddp', precision = 'fp32', device, timeout } = given;
  checkMicroBatches(given);
  if (nodes === 1 && (master !== undefined || nodeRank !== undefined)) {
    throw new HillockError(
      'usage',
      `--${master === undefined ? 'node-rank' : 'master'} is of a training on several machines`,
      'say how many with --nodes, or leave it out',
    );
  }
  if (nodes > 1 && (master === undefined || nodeRank === undefined)) {
    throw new HillockError(
      'usage',
      `${nodes} machines need to know one another`,
      'say on each which it is with --node-rank, and where the first is with --master HOST:PORT',
    );
  }
  return {
    ...torchDefaults,
    strategy,
    precision,
    nodes,
    nodeRank: nodeRank ?? 0,
    ...(timeout === undefined ? {} : { timeout }),
    ...(nproc === undefined ? {} : { nproc }),
    ...(master === undefined ? {} : { master }),
    ...(given.microBatches === undefined ? {} : { microBatches: given.microBatches }),
    device: device === 'cpu' || device === 'cuda' ? device : 'auto',
  };
}
