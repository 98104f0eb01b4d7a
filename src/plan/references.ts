/** Clusters that others measured, beside what is reckoned for them; none of the constants is chosen case by case. */
import { cluster } from './cluster.ts';
import { gpuNamed } from './gpus.ts';
import { coreFlops, forwardFlops, type Job, type JobLayer, trainedCount } from './job.ts';
import { inFlight, keptByLayer, stateBytes, type Training } from './memory.ts';
import { plan } from './plan.ts';
import type { PlanRow } from './plan-row.ts';
import { precisions } from './precision.ts';
import { llamaShape, megatronShape, presetNamed } from './presets.ts';
import { type MeasuredRun, measuredSteps } from './reference-steps.ts';
import { stepFlopsDone } from './step.ts';
import type { Strategy } from './strategy.ts';
import { gptParameters, transformerJob } from './transformer.ts';

/** One number that others state, and ours. */
export interface Comparison {
  readonly group: string;
  readonly name: string;
  readonly stated: number;
  readonly planned: number;
}

/** A list of comparisons of one kind. */
export interface ReferenceGroup {
  readonly group: string;
  readonly source: string;
  readonly unit: string;
  /** The largest mean error that is accepted, where there is a bar. */
  readonly bar?: number;
}

const GiB = 2 ** 30;

/** Every group, in the order of the table. */
export const referenceGroups: readonly ReferenceGroup[] = [
  { group: 'parameters', source: 'Narayanan et al. 2021, table 1', unit: '10⁹', bar: 1e-12 },
  { group: 'states', source: 'Korthikanti et al. 2022, figure 1', unit: 'GiB', bar: 1e-12 },
  { group: 'activations', source: 'Korthikanti et al. 2022, figure 1', unit: 'GiB', bar: 1e-12 },
  { group: 'ZeRO', source: 'Rajbhandari et al. 2020, table 1', unit: 'GB', bar: 0.02 },
  { group: 'FLOPs of MT-NLG', source: 'Smith et al. 2022, section 2.4', unit: 'TFLOP/s of a GPU', bar: 0.02 },
  { group: 'FLOPs of Llama 3', source: 'Megatron-Bridge 25.11', unit: 'GFLOP of a token', bar: 0.002 },
  { group: 'images', source: 'knjcode/mxnet-finetuner, TITAN X', unit: 'MiB of an image', bar: 0.1 },
  { group: 'step', source: 'Korthikanti et al. 2022, table 5, A100', unit: 's', bar: 0.06 },
  { group: 'step of MT-NLG', source: 'Smith et al. 2022, section 2.4, A100', unit: 's' },
  { group: 'step of Megatron-LM', source: 'Narayanan et al. 2021, table 1, A100', unit: 's' },
  { group: 'step of ZeRO-3', source: 'Narayanan et al. 2021, section 5.2, DeepSpeed, A100', unit: 's' },
  { group: 'step on V100', source: 'OneFlow-Benchmark, Megatron-LM on V100, one 100G NIC a node', unit: 's' },
  { group: 'memory on V100', source: 'OneFlow-Benchmark, Megatron-LM on V100', unit: 'MiB' },
];

const block = ({ layers }: Job): JobLayer => layers.find(({ core }) => core)!;
const megatron: Training = { precision: precisions.bf16, optimizer: 'adam' };

/** Every comparison. */
export function comparisons(): readonly Comparison[] {
  return [
    ...tableOne(),
    ...korthikantiMemory(),
    ...zeroTable(),
    ...flops(),
    ...images(),
    ...measuredSteps.flatMap(({ group, name, seconds, mebibytes, ...given }) => {
      const row = planned(given);
      return [
        { group, name, stated: seconds, planned: row.seconds.total },
        ...(mebibytes === undefined
          ? []
          : [{ group: 'memory on V100', name, stated: mebibytes, planned: row.bytes / 2 ** 20 }]),
      ];
    }),
  ];
}

/** The row that is planned for it. */
export function planned({ size, gpu, batch, precision = 'bf16', wishes, ...where }: MeasuredRun): PlanRow {
  const { rows } = plan(transformerJob('x', megatronShape(size)), cluster(gpuNamed(gpu), where), {
    batch,
    precision,
    wishes,
  });
  return rows.find(({ gpus }) => gpus === where.gpus * where.nodes) ?? rows[0]!;
}

/** The ten rows of Narayanan et al. 2021, table 1: parameters in 10⁹, [layers, hidden, heads]. */
const models = [
  [1.7, [24, 2304, 24]],
  [3.6, [30, 3072, 32]],
  [7.5, [36, 4096, 32]],
  [18.4, [40, 6144, 48]],
  [39.1, [48, 8192, 64]],
  [76.1, [60, 10_240, 80]],
  [145.6, [80, 12_288, 96]],
  [310.1, [96, 16_384, 128]],
  [529.6, [105, 20_480, 128]],
  [1008, [128, 25_600, 160]],
] as const;

const tableOne = (): Comparison[] =>
  models.map(([stated, size]) => {
    const shape = megatronShape(size);
    const digits = (value: number): number => Number((value / 1e9).toFixed(stated >= 1000 ? 0 : 1));
    const count = trainedCount(transformerJob('x', shape));
    const group = 'parameters';
    if (digits(count) !== digits(gptParameters(shape)))
      return { group, name: `${stated} B`, stated, planned: Number.NaN };
    return { group, name: `${stated} B`, stated, planned: digits(count) };
  });

/** Korthikanti et al. 2022: states of the matrices with 18 bytes, activations of the blocks kept whole and selectively. */
const korthikanti = [
  ['22B', [48, 6144, 64], { tensor: 8, pipeline: 1, interleave: 1, micro: 4 }, 45.5625, 59.25, 9.5625],
  ['175B', [96, 12_288, 96], { tensor: 8, pipeline: 8, interleave: 3, micro: 1 }, 45.5625, 66.84375, 12.3515625],
  [
    '530B',
    [105, 20_480, 128],
    { tensor: 8, pipeline: 35, interleave: 3, micro: 1 },
    31.640625,
    114.0234375,
    23.076171875,
  ],
  ['1T', [128, 25_600, 160], { tensor: 8, pipeline: 64, interleave: 1, micro: 1 }, 32.958984375, 131.25, 26.5625],
] as const;

function korthikantiMemory(): Comparison[] {
  return korthikanti.flatMap(([name, size, given, states, whole, selective]) => {
    const { tensor, pipeline, interleave, micro } = given;
    const one = block(transformerJob(name, megatronShape(size)));
    const perGpu = one.repeat / pipeline;
    const matrices = (perGpu * one.weights) / tensor;
    const bytes = Object.values(stateBytes(matrices, { zero: 0, data: 1 }, megatron)).reduce((a, b) => a + b, 0);
    const flying = inFlight({ pipeline, interleave, micros: Number.POSITIVE_INFINITY }, 0);
    const kept = (recompute: Strategy['recompute']): number => {
      const strategy = { tensor, recompute, sequenceParallel: recompute === 'selective' } as Strategy;
      return (micro * flying * perGpu * keptByLayer(one, strategy, megatron.precision)) / GiB;
    };
    return [
      { group: 'states', name, stated: states, planned: bytes / GiB },
      { group: 'activations', name: `${name}, all kept`, stated: whole, planned: kept('none') },
      { group: 'activations', name: `${name}, selective`, stated: selective, planned: kept('selective') },
    ];
  });
}

/** GB of a GPU for the optimiser, gradients too, parameters too, divided: [10⁹ parameters, replicas, …]. */
const zeroRows = [
  [7.5, 4, 52.5, 41.3, 30],
  [7.5, 16, 35.6, 21.6, 7.5],
  [7.5, 64, 31.4, 16.6, 1.88],
  [7.5, 1024, 30.1, 15.1, 0.12],
  [128, 4, 896, 704, 512],
  [128, 64, 536, 284, 32],
  [128, 1024, 513, 257, 2],
  [1000, 4, 7000, 5500, 4000],
  [1000, 64, 4187, 2218, 250],
  [1000, 1024, 4011, 2013, 15.6],
] as const;

function zeroTable(): Comparison[] {
  const training: Training = { precision: precisions['bf16-short'], optimizer: 'adam' };
  return zeroRows.flatMap(([billions, data, ...stated]) =>
    stated.map((value, i) => {
      const zero = (i + 1) as Strategy['zero'];
      const bytes = Object.values(stateBytes(billions * 1e9, { zero, data }, training)).reduce((a, b) => a + b, 0);
      return { group: 'ZeRO', name: `${billions} B on ${data}, ZeRO-${zero}`, stated: value, planned: bytes / 1e9 };
    }),
  );
}

function flops(): Comparison[] {
  const size = [105, 20_480, 128] as const;
  const job = transformerJob('mt-nlg', megatronShape(size));
  const done = stepFlopsDone(job, 1920, { recompute: 'full' });
  const mtNlg = [
    [2240, 60.1, 126],
    [2800, 50.2, 121],
    [3360, 44.4, 113],
  ] as const;
  const llamas = [
    ['8B', llamaShape([32, 4096, 32], 14_336), 744e3 / 14_451],
    ['70B', llamaShape([80, 8192, 64], 28_672), 719e3 / 1602],
    ['405B', llamaShape([126, 16_384, 128], 53_248), 737e3 / 292],
  ] as const;
  return [
    ...mtNlg.map(([gpus, seconds, stated]) => ({
      group: 'FLOPs of MT-NLG',
      name: `${gpus} GPUs`,
      stated,
      planned: done / seconds / gpus / 1e12,
    })),
    ...llamas.map(([name, shape, stated]) => {
      const llama = transformerJob(name, shape);
      const one = block(llama);
      // Half of the attention matrix is masked, and counted there as not computed.
      const perSequence = 3 * forwardFlops(llama) - 1.5 * one.repeat * coreFlops(one);
      return { group: 'FLOPs of Llama 3', name, stated, planned: perSequence / shape.sequence / 1e9 };
    }),
  ];
}

function images(): Comparison[] {
  const slopes = [
    ['resnet-50', (5483 - 1875) / 30],
    ['resnet-101', (8158 - 2791) / 30],
    ['resnet-152', (11_330 - 3790) / 30],
  ] as const;
  return slopes.map(([name, stated]) => {
    const kept = presetNamed(name)
      .job()
      .layers.reduce((sum, { work }) => sum + work.kept.whole.numbers, 0);
    return { group: 'images', name, stated, planned: (4 * kept) / 2 ** 20 };
  });
}

/** Signed share by which ours differs. */
export const errorOf = ({ stated, planned }: Comparison): number => planned / stated - 1;

export interface GroupErrors extends ReferenceGroup {
  readonly rows: readonly Comparison[];
  /** Mean and largest absolute error. */
  readonly mean: number;
  readonly worst: number;
}

/** The errors of every group. */
export function referenceErrors(): readonly GroupErrors[] {
  const all = comparisons();
  return referenceGroups.map(group => {
    const rows = all.filter(one => one.group === group.group);
    const errors = rows.map(row => Math.abs(errorOf(row)));
    return { ...group, rows, mean: errors.reduce((a, b) => a + b, 0) / rows.length, worst: Math.max(...errors) };
  });
}
