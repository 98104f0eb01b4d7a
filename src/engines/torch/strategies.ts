/** Ways to divide a job over ranks. */
import type { TorchStrategyName } from './options.ts';

/** A way to divide a job over ranks. */
export interface TorchStrategy {
  readonly name: TorchStrategyName;
  /** What each rank holds. */
  readonly about: string;
  /** The first release of PyTorch that has what it is made of; null = this package does not write it. */
  readonly since: readonly [major: number, minor: number] | null;
}

/** Every strategy; those with `since: null` are planned, not run. */
export const torchStrategies: readonly TorchStrategy[] = [
  {
    name: 'ddp',
    about: 'every rank holds the network, gradients are averaged (DistributedDataParallel)',
    since: [1, 10],
  },
  { name: 'zero1', about: 'as ddp, with the state of the optimiser divided (ZeroRedundancyOptimizer)', since: [1, 10] },
  { name: 'fsdp', about: 'weights, gradients and state divided (fully_shard)', since: [2, 6] },
  { name: 'tensor', about: 'each layer divided', since: null },
  { name: 'pipeline', about: 'layers one after the other on different ranks', since: null },
];
