/** What a training on PyTorch is asked for. */
import { z } from 'zod';

/** A way to divide a job over ranks. */
export interface TorchStrategy {
  readonly name: 'ddp' | 'zero1' | 'fsdp' | 'tensor' | 'pipeline';
  /** What each rank holds. */
  readonly about: string;
  /** The first release of PyTorch that has what it is made of; null = this package does not write it. */
  readonly since: readonly [major: number, minor: number] | null;
}

/** Every strategy; those with `since: null` are planned, not run. */
export const torchStrategies = [
  {
    name: 'ddp',
    about: 'every rank holds the network, gradients are averaged (DistributedDataParallel)',
    since: [1, 10],
  },
  { name: 'zero1', about: 'as ddp, with the state of the optimiser divided (ZeroRedundancyOptimizer)', since: [1, 10] },
  { name: 'fsdp', about: 'weights, gradients and state divided (fully_shard)', since: [2, 6] },
  { name: 'tensor', about: 'each layer divided', since: null },
  { name: 'pipeline', about: 'layers one after the other on different ranks', since: null },
] as const satisfies readonly TorchStrategy[];

export type TorchStrategyName = (typeof torchStrategies)[number]['name'];

export const torchStrategyNames = torchStrategies.map(({ name }) => name) as [
  TorchStrategyName,
  ...TorchStrategyName[],
];

/** How a training on PyTorch is divided and where it runs; plain data, as a run's plan keeps it. */
export const torchOptionsSchema = z.object({
  name: z.literal('torch'),
  strategy: z.enum(torchStrategyNames),
  /** Ranks of each machine; absent = one a GPU, without GPUs one. */
  nproc: z.int().min(1).max(1024).optional(),
  nodes: z.int().min(1).max(65536),
  nodeRank: z.int().min(0),
  /** HOST:PORT of the first machine; of one machine a free port is found. */
  master: z.string().optional(),
  precision: z.enum(['fp32', 'bf16']),
  device: z.enum(['auto', 'cpu', 'cuda']),
  /** Seconds that a rank waits for another before it gives up. */
  timeout: z.number().min(1),
});

export type TorchOptions = z.infer<typeof torchOptionsSchema>;

/** One rank a GPU, or one, on this machine. */
export const torchDefaults: TorchOptions = {
  name: 'torch',
  strategy: 'ddp',
  nodes: 1,
  nodeRank: 0,
  precision: 'fp32',
  device: 'auto',
  timeout: 120,
};
