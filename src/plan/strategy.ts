/** How a job is divided over GPUs: which strategies there are, and which of them a job and a cluster admit. */
import { type Cluster, gpuCount } from './cluster.ts';
import type { Group } from './collective.ts';
import { everyJobLayer, type Job } from './job.ts';

/** What is computed again in the backward phase instead of being kept. */
export type Recompute = 'none' | 'selective' | 'full';
export const recomputes: readonly Recompute[] = ['none', 'selective', 'full'];

export interface Strategy {
  /** GPUs that divide each layer. */
  readonly tensor: number;
  /** Stages, one after the other. */
  readonly pipeline: number;
  /** Replicas that see other samples. */
  readonly data: number;
  /** What the replicas divide among them: 1 the optimiser's state, 2 gradients too, 3 parameters too. */
  readonly zero: 0 | 1 | 2 | 3;
  /** Samples of a micro-batch of one replica. */
  readonly micro: number;
  /** Micro-batches of a step of one replica. */
  readonly micros: number;
  /** Pieces of the model that each stage holds (interleaved 1F1B above 1). */
  readonly interleave: number;
  readonly recompute: Recompute;
  /** Whether tensor-parallel GPUs divide along the sequence what they do not divide otherwise. */
  readonly sequenceParallel: boolean;
  /** Whether gradients travel while the backward phase goes on. */
  readonly overlap: boolean;
}

/** Its name: what it consists of, such as tensor 8 × pipeline 4 × data 2 (ZeRO-1). */
export function strategyName({ tensor, pipeline, data, zero }: Strategy): string {
  const parts = [
    tensor > 1 && `tensor ${tensor}`,
    pipeline > 1 && `pipeline ${pipeline}`,
    data > 1 && `data ${data}${zero > 0 ? ` (ZeRO-${zero})` : ''}`,
  ].filter(Boolean);
  return parts.length === 0 ? 'none' : parts.join(' × ');
}

/** How many kinds of parallelism it combines: what breaks a tie. */
export const complexity = ({ tensor, pipeline, zero, data, interleave }: Strategy): number =>
  (tensor > 1 ? 2 : 0) + (pipeline > 1 ? 2 : 0) + (interleave > 1 ? 1 : 0) + (data > 1 ? 1 + zero / 4 : 0);

/** Ranks are counted along tensor, then data, then pipeline, as Megatron-LM does: tensor stays inside a node. */
export function groupsOf({ tensor, data }: Strategy, { gpus }: Cluster): { tensor: Group; data: Group } {
  const t = Math.min(tensor, gpus);
  const room = Math.max(1, Math.floor(gpus / tensor));
  const local = data <= room ? data : commonDivisor(data, room);
  return { tensor: { inside: t, across: tensor / t }, data: { inside: local, across: data / local } };
}

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b));

/** Whether some stage hands its output to another node. */
export const stagesCross = ({ tensor, data, pipeline }: Strategy, { gpus }: Cluster): boolean =>
  pipeline > 1 && tensor * data * pipeline > gpus;

const divisors = (n: number): number[] =>
  Array.from({ length: Math.floor(Math.sqrt(n)) }, (_, i) => i + 1)
    .filter(i => n % i === 0)
    .flatMap(i => (i * i === n ? [i] : [i, n / i]))
    .sort((a, b) => a - b);

/** What a person fixes. */
export interface Wishes {
  readonly tensor?: number | undefined;
  readonly pipeline?: number | undefined;
  readonly zero?: number | undefined;
  readonly micro?: number | undefined;
  readonly recompute?: Recompute | undefined;
  readonly interleave?: number | undefined;
  readonly sequenceParallel?: boolean | undefined;
  readonly overlap?: boolean | undefined;
}

/** Most samples of a micro-batch that are tried, and most pieces of a stage. */
const [largestMicro, mostPieces] = [65_536, 8];

/**
 * Every strategy that uses all GPUs: tensor within a node unless asked for, dividing heads or units; as many stages as there are
 * layers at most; replicas that divide the batch; ZeRO-2 and ZeRO-3 without a pipeline, as DeepSpeed has it.
 */
export function* admissible(job: Job, cluster: Cluster, batch: number, wishes: Wishes = {}): Generator<Strategy> {
  const n = gpuCount(cluster);
  const allowed = <T>(wish: T | undefined, options: readonly T[]): readonly T[] =>
    wish === undefined ? options : options.filter(one => one === wish);
  const tensors = wishes.tensor === undefined ? divisors(Math.min(n, cluster.gpus)) : [wishes.tensor];
  const layers = everyJobLayer(job).length;
  const repeated = Math.max(...job.layers.map(({ repeat }) => repeat));
  for (const tensor of tensors) {
    if (!dividesTensor(job, tensor) || n % tensor !== 0) continue;
    for (const pipeline of allowed(wishes.pipeline, divisors(n / tensor))) {
      const data = n / (tensor * pipeline);
      if (pipeline > layers || batch % data !== 0) continue;
      for (const zero of allowed(wishes.zero, data === 1 ? [0] : pipeline > 1 ? [0, 1] : [0, 1, 2, 3])) {
        for (const micro of allowed(wishes.micro, divisors(batch / data))) {
          if (micro > largestMicro) continue;
          const micros = batch / data / micro;
          const pieces = piecesOf(pipeline, repeated, micros).filter(v => (wishes.interleave ?? v) === v);
          for (const interleave of pieces) {
            for (const recompute of allowed(wishes.recompute, recomputesOf(job))) {
              const sequenceParallel = tensor > 1 && job.sequenceParallel && (wishes.sequenceParallel ?? true);
              const shape = { tensor, pipeline, data, zero: zero as Strategy['zero'], micro, micros };
              yield { ...shape, interleave, recompute, sequenceParallel, overlap: wishes.overlap ?? true };
            }
          }
        }
      }
    }
  }
}

export const dividesTensor = ({ divisors }: Job, tensor: number): boolean =>
  tensor === 1 || (divisors.length > 0 && divisors.every(one => one % tensor === 0));

const recomputesOf = (job: Job): readonly Recompute[] =>
  job.layers.some(({ core }) => core) ? recomputes : ['none', 'full'];

/** Interleaving needs equal pieces, and micro-batches that are a multiple of the stages (Narayanan et al. 2021, section 2.2.2). */
function piecesOf(pipeline: number, repeated: number, micros: number): readonly number[] {
  if (pipeline === 1 || repeated % pipeline !== 0 || micros % pipeline !== 0) return [1];
  return divisors(repeated / pipeline).filter(v => v <= mostPieces);
}
