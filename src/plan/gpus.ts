/** GPUs as data: one record each, or a file of one's own. Dense figures, without sparsity. */
import { z } from 'zod';
import { didYouMean, HillockError } from '../errors.ts';
import type { Rate } from './precision.ts';

export interface Gpu {
  readonly name: string;
  /** Bytes of its memory and how many it moves a second. */
  readonly memory: number;
  readonly bandwidth: number;
  /** Operations a second as the data sheet has them. */
  readonly peak: Readonly<Record<Rate, number>>;
  /** Share of the peak that the fastest matrix product was measured at. */
  readonly matmul: number;
  /** Streaming multiprocessors: how many tiles of a product are computed at a time. */
  readonly processors: number;
  /** Bytes a second to other GPUs of the node, in one direction. */
  readonly nvlink: number;
  /** Gbit/s of the NIC of each GPU in the server it is usually sold in. */
  readonly nic: number;
}

const gpu = (
  name: string,
  [gigabytes, terabytes]: readonly [memory: number, bandwidth: number],
  [fp32, tf32, bf16]: readonly [number, number, number],
  rest: Pick<Gpu, 'matmul' | 'processors' | 'nic'> & { nvlink: number },
): Gpu => ({
  name,
  memory: gigabytes * 1e9,
  bandwidth: terabytes * 1e12,
  peak: { fp32: fp32 * 1e12, tf32: tf32 * 1e12, bf16: bf16 * 1e12 },
  ...rest,
  nvlink: rest.nvlink * 1e9,
});

/**
 * Every GPU by name. Data sheets and the fastest measured bf16 product ("MAMF") as collected by Bekman, Machine Learning
 * Engineering, compute/accelerator; multiprocessors from NVIDIA's architecture papers. No product of V100 is measured there:
 * it takes the share of A100. The memory of A100, H100 and V100 is counted in GiB, as nvidia-smi shows it.
 */
export const gpus: readonly Gpu[] = [
  gpu('v100', [17.18, 0.9], [15.7, 15.7, 125], { matmul: 0.87, processors: 80, nvlink: 150, nic: 100 }),
  gpu('a100', [85.9, 2.039], [19.5, 156, 312], { matmul: 271 / 312, processors: 108, nvlink: 300, nic: 200 }),
  gpu('h100', [85.9, 3.35], [67, 494.5, 989], { matmul: 794 / 989, processors: 132, nvlink: 450, nic: 400 }),
  gpu('h200', [141, 4.8], [67, 494.5, 989], { matmul: 794 / 989, processors: 132, nvlink: 450, nic: 400 }),
  gpu('b200', [180, 8], [80, 1125, 2250], { matmul: 1745 / 2250, processors: 148, nvlink: 900, nic: 400 }),
  gpu('b300', [288, 8], [80, 1125, 2250], { matmul: 1769 / 2250, processors: 148, nvlink: 900, nic: 800 }),
  gpu('gb200', [186, 8], [80, 1250, 2500], { matmul: 1822 / 2500, processors: 148, nvlink: 900, nic: 400 }),
];

const positive = z.number().positive().max(1e18);
const schema = z.strictObject({
  name: z.string().min(1).max(100),
  memoryGB: positive.describe('memory, in 10⁹ bytes'),
  bandwidthGBs: positive.describe('memory bandwidth, in 10⁹ bytes a second'),
  tflops: z
    .strictObject({ fp32: positive, tf32: positive.optional(), bf16: positive.optional() })
    .describe('peaks of the data sheet; tf32 and bf16 as fp32 where they are left out'),
  matmul: z.number().gt(0).max(1).default(0.8).describe('share of the peak that a product reaches'),
  processors: z.int().min(1).max(100_000).default(108),
  nvlinkGBs: positive.describe('to other GPUs of the node, one direction, in 10⁹ bytes a second'),
  nicGbits: positive.default(400).describe('of the NIC of each GPU, in 10⁹ bits a second'),
});

const example =
  '{"name": "mine", "memoryGB": 80, "bandwidthGBs": 2000, "tflops": {"fp32": 19.5, "bf16": 312}, "nvlinkGBs": 300}';

/** The GPU of that name; throws `HillockError` kind `usage` when there is none. */
export function gpuNamed(name: string): Gpu {
  const found = gpus.find(one => one.name === name.toLowerCase());
  if (found) return found;
  const names = gpus.map(one => one.name);
  const near = didYouMean(name, names);
  throw new HillockError(
    'usage',
    `there is no GPU '${name}'`,
    near ? `did you mean ${near}?` : `there are ${names.join(', ')}, or a file such as ${example}`,
  );
}

/** A GPU described in a file; throws `HillockError` kind `usage` that names the field. */
export function parseGpu(json: string, source: string): Gpu {
  let data: unknown;
  try {
    data = JSON.parse(json);
  } catch (cause) {
    throw new HillockError('usage', `${source} is not valid JSON: ${cause instanceof Error ? cause.message : cause}`);
  }
  const result = schema.safeParse(data, { jitless: true });
  if (!result.success) {
    const issue = result.error.issues[0]!;
    const where = issue.path.join('.') || 'the file';
    throw new HillockError('usage', `${source} describes no GPU: ${where}: ${issue.message}`, `for example ${example}`);
  }
  const { name, memoryGB, bandwidthGBs, tflops, matmul, processors, nvlinkGBs, nicGbits } = result.data;
  const { fp32, tf32 = fp32, bf16 = fp32 } = tflops;
  return gpu(name, [memoryGB, bandwidthGBs / 1000], [fp32, tf32, bf16], {
    matmul,
    processors,
    nvlink: nvlinkGBs,
    nic: nicGbits,
  });
}
