/** How long a step takes, and of what its time consists. */
import { type Cluster, gpuCount } from './cluster.ts';
import { coreFlops, flopsOf, forwardFlops, type Job, type JobLayer } from './job.ts';
import { type ComputeSeconds, layerSeconds, updateSeconds } from './layer-time.ts';
import { stageParameters, type Training } from './memory.ts';
import { bytesOfParameter } from './precision.ts';
import type { Stage, StageKind } from './stages.ts';
import type { Strategy } from './strategy.ts';
import { type Cargo, type Communication, communications, secondsFor } from './traffic.ts';

/** Seconds of a step by what they are spent on; `total` is their sum. */
export interface StepSeconds {
  readonly forward: number;
  readonly backward: number;
  /** Computing again what was not kept. */
  readonly again: number;
  /** Adding up parts of layers among tensor-parallel GPUs. */
  readonly tensor: number;
  /** Handing on between stages. */
  readonly pipeline: number;
  /** Waiting for the first and the last micro-batch. */
  readonly bubble: number;
  /** Gradient synchronization that the backward phase does not hide. */
  readonly data: number;
  readonly update: number;
  readonly total: number;
}

interface StageSeconds extends ComputeSeconds {
  readonly tensor: number;
  readonly pipeline: number;
  /** All of it for one micro-batch. */
  readonly all: number;
}

const add = (parts: readonly ComputeSeconds[]): ComputeSeconds =>
  parts.reduce(
    (sum, part) => ({
      forward: sum.forward + part.forward,
      backward: sum.backward + part.backward,
      again: sum.again + part.again,
    }),
    { forward: 0, backward: 0, again: 0 },
  );

const cargoSeconds = (cargo: Cargo, all: readonly Communication[], cluster: Cluster): number =>
  all.filter(one => one.cargo === cargo && !one.hidden).reduce((seconds, one) => seconds + secondsFor(one, cluster), 0);

/** Seconds of a step. */
export function stepSeconds(
  stages: readonly StageKind[],
  strategy: Strategy,
  cluster: Cluster,
  training: Training,
): StepSeconds {
  const { micros, interleave } = strategy;
  const machine = { gpu: cluster.gpu, precision: training.precision };
  const known = new Map<JobLayer, ComputeSeconds>();
  const seconds = (layer: JobLayer): ComputeSeconds => {
    const found = known.get(layer) ?? layerSeconds(layer, strategy, machine);
    known.set(layer, found);
    return found;
  };
  const sent = stages.map(({ stage }) => communications(stage, strategy, cluster, training));
  const each = stages.map(({ stage }, i): StageSeconds => {
    const compute = add(stage.layers.map(seconds));
    const tensor = cargoSeconds('parts of layers', sent[i]!, cluster) / micros;
    const pipeline = cargoSeconds('activations of stages', sent[i]!, cluster) / micros;
    return {
      ...compute,
      tensor,
      pipeline,
      all: compute.forward + compute.backward + compute.again + tensor + pipeline,
    };
  });
  const slowest = each.reduce((a, b) => (b.all > a.all ? b : a));
  const around = each.reduce((sum, { all }, i) => sum + stages[i]!.count * all, 0) - slowest.all;
  const parts = {
    forward: micros * slowest.forward,
    backward: micros * slowest.backward,
    again: micros * slowest.again,
    tensor: micros * slowest.tensor,
    pipeline: micros * slowest.pipeline,
    bubble: around / interleave,
    data: Math.max(...sent.map((all, i) => exposed(all, each[i]!, strategy, cluster))),
    update: Math.max(...stages.map(({ stage }) => update(stage, strategy, cluster, training))),
  };
  return { ...parts, total: Object.values(parts).reduce((a, b) => a + b, 0) };
}

/**
 * Seconds of gradient synchronization beyond what computing hides: gradients of the last micro-batch travel during its backward
 * phase, with ZeRO-2 during all of them, with ZeRO-3 layers during forward and backward phases. The last piece has nothing to hide
 * behind; gathering new weights comes after it.
 */
function exposed(all: readonly Communication[], stage: StageSeconds, strategy: Strategy, cluster: Cluster): number {
  const { zero, micros, overlap } = strategy;
  const gradients = cargoSeconds('gradients', all, cluster);
  const parameters = cargoSeconds('parameters', all, cluster);
  const embedding = cargoSeconds('shared embedding', all, cluster);
  if (!overlap) return gradients + parameters + embedding;
  const behind = stage.backward * (zero >= 2 ? micros : 1) + (zero === 3 ? stage.forward * micros : 0);
  const hideable = gradients + (zero === 3 ? parameters : 0);
  const last = gradients / (all.find(({ cargo }) => cargo === 'gradients')?.times ?? 1);
  return Math.max(hideable - behind, last) + (zero === 3 ? 0 : parameters) + embedding;
}

function update(stage: Stage, { tensor, data, zero }: Strategy, { gpu }: Cluster, training: Training): number {
  const { optimizer } = bytesOfParameter(training.precision, training.optimizer);
  const parameters = stageParameters(stage, tensor) / (zero >= 1 ? data : 1);
  return updateSeconds(parameters, optimizer, training, gpu);
}

/** Operations of a step on so many samples: forward once, backward twice, without what is computed again. */
export const stepFlops = (job: Job, batch: number): number => 3 * batch * forwardFlops(job);

/** Operations of a step with what is computed again. */
export function stepFlopsDone(job: Job, batch: number, { recompute }: Pick<Strategy, 'recompute'>): number {
  const again = { none: () => 0, selective: coreFlops, full: flopsOf }[recompute];
  const layers = job.layers.filter(layer => layer.again);
  return stepFlops(job, batch) + batch * layers.reduce((sum, layer) => sum + layer.repeat * again(layer), 0);
}

/** Operations a second of each GPU. */
export const rateOf = (flops: number, seconds: number, cluster: Cluster): number => flops / seconds / gpuCount(cluster);
