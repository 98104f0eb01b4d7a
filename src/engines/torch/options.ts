/** What a training on PyTorch is asked for. */
import { z } from 'zod';

/** Ways to divide a job over ranks. */
export const torchStrategyNames = ['ddp', 'zero1', 'fsdp', 'tensor', 'pipeline'] as const;

export type TorchStrategyName = (typeof torchStrategyNames)[number];

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
  /** Parts in which a pipeline takes the rows of a step; absent = four for each stage. */
  microBatches: z.int().min(1).optional(),
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
