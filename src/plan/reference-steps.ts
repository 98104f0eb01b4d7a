/** Steps that others measured. */

import type { PrecisionName } from './precision.ts';
import { megatronShape } from './presets.ts';
import type { Wishes } from './strategy.ts';
import { gptStepFlops } from './transformer.ts';

/** A measured run: what ran where. */
export interface MeasuredRun {
  /** [layers, hidden, heads] */
  readonly size: readonly [layers: number, hidden: number, heads: number];
  readonly gpu: string;
  readonly gpus: number;
  readonly nics?: number;
  readonly nodes: number;
  readonly batch: number;
  readonly precision?: PrecisionName;
  readonly wishes: Wishes;
}

export interface MeasuredStep extends MeasuredRun {
  readonly group: string;
  readonly name: string;
  readonly seconds: number;
  readonly mebibytes?: number;
}

/**
 * Megatron-LM of that time sends gradients after the backward phase, with float16 in 16 bits, and divides nothing along the
 * sequence unless told.
 */
const before = { zero: 0, overlap: false, sequenceParallel: false, recompute: 'full' } as const;

const selene = { gpu: 'a100', gpus: 8 } as const;

type Size = MeasuredRun['size'];

/** Korthikanti et al. 2022, table 5: full recomputation, and sequence parallelism with selective recomputation. */
const tableFive = (
  [
    ['22B', [48, 6144, 64], { tensor: 8, pipeline: 1, interleave: 1, micro: 4 }, 4, 1.42, 1.1],
    ['175B', [96, 12_288, 96], { tensor: 8, pipeline: 8, interleave: 3, micro: 1 }, 64, 18.13, 13.75],
    ['530B', [105, 20_480, 128], { tensor: 8, pipeline: 35, interleave: 3, micro: 1 }, 280, 49.05, 37.83],
    ['1T', [128, 25_600, 160], { tensor: 8, pipeline: 64, interleave: 1, micro: 1 }, 512, 94.42, 71.49],
  ] as const
).flatMap(([name, size, fixed, batch, full, selective]): MeasuredStep[] => {
  const run = { ...selene, group: 'step', size: size as Size, nodes: fixed.pipeline, batch };
  const wishes = { ...before, ...fixed };
  return [
    { ...run, name: `${name}, full recomputation`, seconds: full, wishes },
    {
      ...run,
      name: `${name}, selective, sequence parallel`,
      seconds: selective,
      wishes: { ...wishes, recompute: 'selective', sequenceParallel: true },
    },
  ];
});

/** Smith et al. 2022, section 2.4. */
const mtNlg = (
  [
    [2240, 60.1],
    [2800, 50.2],
    [3360, 44.4],
  ] as const
).map(
  ([gpus, seconds]): MeasuredStep => ({
    ...selene,
    group: 'step of MT-NLG',
    name: `${gpus} GPUs`,
    size: [105, 20_480, 128],
    nodes: gpus / 8,
    batch: 1920,
    seconds,
    wishes: { ...before, tensor: 8, pipeline: 35, micro: 1, interleave: 1 },
  }),
);

/** Narayanan et al. 2021, table 1; micro-batch and pieces are not told there, so the fastest are taken. */
const tableOne = (
  [
    ['1.7 B', [24, 2304, 24], 1, 1, 32, 512, 137],
    ['3.6 B', [30, 3072, 32], 2, 1, 64, 512, 138],
    ['7.5 B', [36, 4096, 32], 4, 1, 128, 512, 142],
    ['18.4 B', [40, 6144, 48], 8, 1, 256, 1024, 135],
    ['39.1 B', [48, 8192, 64], 8, 2, 512, 1536, 138],
    ['76.1 B', [60, 10_240, 80], 8, 4, 1024, 1792, 140],
    ['145.6 B', [80, 12_288, 96], 8, 8, 1536, 2304, 148],
    ['310.1 B', [96, 16_384, 128], 8, 16, 1920, 2160, 155],
    ['529.6 B', [105, 20_480, 128], 8, 35, 2520, 2520, 163],
    ['1008 B', [128, 25_600, 160], 8, 64, 3072, 3072, 163],
  ] as const
).map(
  ([name, size, tensor, pipeline, gpus, batch, teraflops]): MeasuredStep => ({
    ...selene,
    group: 'step of Megatron-LM',
    name,
    size,
    nodes: gpus / 8,
    batch,
    precision: 'fp16',
    seconds: gptStepFlops(megatronShape(size), batch, true) / (gpus * teraflops * 1e12),
    wishes: { ...before, tensor, pipeline },
  }),
);

/** Narayanan et al. 2021, section 5.2: 175 billion parameters, 1,536 sequences, DeepSpeed as it was then. */
const zeroThree = (
  [
    [384, 4, 144],
    [1536, 1, 44],
  ] as const
).map(
  ([gpus, micro, teraflops]): MeasuredStep => ({
    ...selene,
    group: 'step of ZeRO-3',
    name: `${gpus} GPUs`,
    size: [96, 12_288, 96],
    nodes: gpus / 8,
    batch: 1536,
    precision: 'bf16-short',
    seconds: gptStepFlops(megatronShape([96, 12_288, 96]), 1536, true) / (gpus * teraflops * 1e12),
    wishes: { tensor: 1, pipeline: 1, zero: 3, micro, recompute: 'full' },
  }),
);

/** OneFlow-Benchmark, Megatron-LM: [data, tensor, pipeline, micro-batch, batch, layers, hidden, heads, ms, MiB]. */
const v100 = (
  [
    [1, 1, 1, 2, 2, 16, 1536, 16, 464.12, 14_362],
    [8, 1, 1, 2, 16, 16, 1536, 16, 480.96, 14_938],
    [16, 1, 1, 2, 32, 16, 1536, 16, 664.46, 14_508],
    [32, 1, 1, 2, 64, 16, 1536, 16, 683.51, 14_508],
    [1, 8, 1, 16, 16, 16, 1536, 16, 692.44, 12_684],
    [2, 4, 1, 8, 16, 16, 1536, 16, 576.48, 9104],
    [4, 2, 1, 4, 16, 16, 1536, 16, 593.68, 9642],
    [1, 16, 1, 16, 16, 16, 3072, 32, 5610.23, 12_150],
    [1, 32, 1, 16, 16, 32, 3072, 32, 13_037.85, 8834],
    [2, 8, 1, 8, 16, 24, 2304, 24, 1313.52, 14_928],
    [8, 1, 4, 2, 512, 16, 1536, 16, 4893.55, 7130],
    [1, 8, 4, 16, 512, 24, 2304, 24, 22_166.85, 14_204],
    [2, 4, 4, 8, 512, 24, 2304, 24, 15_331.23, 10_018],
  ] as const
).map(([data, tensor, pipeline, micro, batch, layers, hidden, heads, ms, mebibytes]): MeasuredStep => {
  const gpus = data * tensor * pipeline;
  const parts = `${data}×${tensor}×${pipeline}`;
  return {
    group: 'step on V100',
    name: `${parts}, ${hidden} × ${layers}, batch ${batch}`,
    gpu: 'v100',
    gpus: Math.min(8, gpus),
    nics: 1,
    nodes: Math.ceil(gpus / 8),
    size: [layers, hidden, heads],
    batch,
    precision: 'fp16',
    seconds: ms / 1000,
    mebibytes,
    wishes: { ...before, tensor, pipeline, micro, interleave: 1 },
  };
});

/** Every measured step. */
export const measuredSteps: readonly MeasuredStep[] = [...tableFive, ...mtNlg, ...tableOne, ...zeroThree, ...v100];
