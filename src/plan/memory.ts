/** Bytes of one GPU, term by term; the fullest stage of a pipeline decides. */
import type { OptimizerName } from '../optim/index.ts';
import { type Job, type JobLayer, parametersOfLayer, type Touch, type Work } from './job.ts';
import { bytesOfParameter, type Precision } from './precision.ts';
import type { Stage } from './stages.ts';
import type { Strategy } from './strategy.ts';

/** What a GPU holds, in bytes. */
export interface Memory {
  readonly parameters: number;
  readonly gradients: number;
  readonly optimizer: number;
  readonly activations: number;
  readonly input: number;
  /** Gradients on their way, and with ZeRO-3 the layers that are gathered. */
  readonly buckets: number;
  readonly reserve: number;
}

export const memoryTerms = [
  'parameters',
  'gradients',
  'optimizer',
  'activations',
  'input',
  'buckets',
  'reserve',
] as const satisfies readonly (keyof Memory)[];

export const totalOf = (memory: Memory): number => memoryTerms.reduce((sum, term) => sum + memory[term], 0);

const GiB = 2 ** 30;

/** Outside the model: the CUDA context 0.5 to 2 GiB, NCCL 1 to 2 GiB (Bekman, Machine Learning Engineering, training/performance). */
export const reserves = { context: GiB, communication: GiB } as const;

/** Two buckets of PyTorch's DistributedDataParallel, 25 MiB each. */
const bucketBytes = 2 * 25 * 2 ** 20;

export interface Training {
  readonly precision: Precision;
  readonly optimizer: OptimizerName;
}

/** Trained numbers of a layer on one of its tensor-parallel GPUs. */
export const shareOf = (layer: JobLayer, tensor: number): number =>
  parametersOfLayer(layer) - layer.split + layer.split / tensor;

/** Trained numbers of a stage on one GPU, with the copy of what it shares with the first. */
export const stageParameters = ({ layers, first }: Stage, tensor: number): number =>
  layers.reduce((sum, layer) => sum + shareOf(layer, tensor) + (first ? 0 : (layer.tied ?? 0) / tensor), 0);

/** Bytes for parameters, gradients and the optimiser's state, divided among replicas as ZeRO does (Rajbhandari et al. 2020). */
export function stateBytes(
  parameters: number,
  { zero, data }: Pick<Strategy, 'zero' | 'data'>,
  { precision, optimizer }: Training,
): Pick<Memory, 'parameters' | 'gradients' | 'optimizer'> {
  const bytes = bytesOfParameter(precision, optimizer);
  const part = (stage: number): number => (zero >= stage ? 1 / data : 1);
  return {
    parameters: parameters * bytes.weight * part(3),
    gradients: parameters * bytes.gradient * part(2),
    optimizer: parameters * bytes.optimizer * part(1),
  };
}

const bytesOf = ({ numbers, bytes }: Touch, { activation }: Precision): number => numbers * activation + bytes;

function keptBy({ kept }: Work, { tensor, sequenceParallel }: Strategy, precision: Precision): number {
  const whole = bytesOf(kept.whole, precision);
  return (sequenceParallel ? whole / tensor : whole) + bytesOf(kept.split, precision) / tensor;
}

/** Bytes of one sample that a layer keeps for the backward phase. */
export function keptByLayer(layer: JobLayer, strategy: Strategy, precision: Precision): number {
  if (strategy.recompute === 'full' && layer.again) return layer.input * precision.activation;
  const core = strategy.recompute === 'none' ? layer.core : undefined;
  return keptBy(layer.work, strategy, precision) + (core ? keptBy(core, strategy, precision) : 0);
}

/** Bytes of one sample that the neediest layer takes while it is at work: what it computes again, what it needs beside. */
export function workingBytes(layers: readonly JobLayer[], strategy: Strategy, precision: Precision): number {
  const again = ({ again, core, work }: JobLayer): number => {
    if (strategy.recompute === 'none' || !again) return 0;
    return (
      (core ? keptBy(core, strategy, precision) : 0) +
      (strategy.recompute === 'full' ? keptBy(work, strategy, precision) : 0)
    );
  };
  const beside = ({ working }: JobLayer): number => (working ? bytesOf(working, precision) / strategy.tensor : 0);
  return Math.max(0, ...layers.map(layer => again(layer) + beside(layer)));
}

/**
 * Micro-batches whose activations stage i of a pipeline holds at a time: 1F1B holds min(m, p − i); with v pieces a stage the
 * first holds p + (p − 1) / v, each piece being a v-th (Korthikanti et al. 2022, section 4.2.3).
 */
export function inFlight(
  { pipeline, micros, interleave }: Pick<Strategy, 'pipeline' | 'micros' | 'interleave'>,
  stage: number,
): number {
  const behind = pipeline - stage - 1;
  if (interleave === 1) return Math.min(micros, behind + 1);
  return Math.min(micros, (2 * behind + (interleave - 1) * pipeline + 1) / interleave);
}

/** What one GPU of stage i holds. */
export function stageMemory(job: Job, stage: Stage, index: number, strategy: Strategy, training: Training): Memory {
  const { tensor, pipeline, data, zero, micro } = strategy;
  const { precision } = training;
  const parameters = stageParameters(stage, tensor);
  const states = stateBytes(parameters, strategy, training);
  const kept = stage.layers.reduce((sum, layer) => sum + keptByLayer(layer, strategy, precision), 0);
  const working = workingBytes(stage.layers, strategy, precision);
  const largest = Math.max(...stage.layers.map(layer => shareOf(layer, tensor)));
  // ZeRO-3 holds a layer, the next one and a gradient before it is divided.
  const gathered = zero === 3 ? largest * (2 * precision.weight + precision.gradient) : 0;
  const alone = tensor * pipeline * data === 1;
  return {
    ...states,
    activations: micro * (inFlight(strategy, index) * kept + working),
    input: stage.first || stage.last ? micro * job.sampleBytes : 0,
    buckets: gathered + (data > 1 ? Math.min(bucketBytes, parameters * precision.gradient) : 0),
    reserve: reserves.context + (alone ? 0 : reserves.communication),
  };
}
