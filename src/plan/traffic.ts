/** What travels in one step: every collective and message of a GPU, by what it carries. */
import type { Cluster } from './cluster.ts';
import { collectiveSeconds, type Group, messageSeconds, type Pattern, type Sent, sentBy } from './collective.ts';
import type { Training } from './memory.ts';
import { stageParameters } from './memory.ts';
import type { Stage } from './stages.ts';
import { groupsOf, type Strategy, stagesCross } from './strategy.ts';

export type Cargo = 'gradients' | 'parameters' | 'parts of layers' | 'activations of stages' | 'shared embedding';

export interface Communication {
  readonly cargo: Cargo;
  readonly pattern: Pattern;
  /** Bytes of one collective, of the whole tensor. */
  readonly bytes: number;
  readonly times: number;
  readonly group: Group;
  /** Whether computing goes on meanwhile. */
  readonly hidden?: true;
}

/** What one GPU of a stage takes part in, in one step. */
export function communications(
  stage: Stage,
  strategy: Strategy,
  cluster: Cluster,
  training: Training,
): readonly Communication[] {
  const groups = groupsOf(strategy, cluster);
  return [
    ...tensorTraffic(stage, strategy, groups.tensor, training),
    ...pipelineTraffic(stage, strategy, cluster, training),
    ...dataTraffic(stage, strategy, groups.data, training),
  ].filter(({ times, bytes }) => times * bytes > 0);
}

/** AllReduce of what parts of a layer make, or with sequence parallelism AllGather before and ReduceScatter after it. */
function tensorTraffic(
  { layers }: Stage,
  { tensor, micro, micros, recompute, sequenceParallel }: Strategy,
  group: Group,
  { precision }: Training,
): readonly Communication[] {
  if (tensor === 1) return [];
  const cargo = 'parts of layers';
  return layers.flatMap(({ again, summed: { numbers, forward, backward } }): readonly Communication[] => {
    const bytes = micro * numbers * precision.activation;
    const times = micros * (forward * (again && recompute === 'full' ? 2 : 1) + backward);
    if (!sequenceParallel) return [{ cargo, pattern: 'AllReduce', bytes, times, group }];
    return [
      { cargo, pattern: 'AllGather', bytes, times, group },
      { cargo, pattern: 'ReduceScatter', bytes, times, group },
      // Inputs that are kept divided are gathered again beside the products (Korthikanti et al. 2022, section 4.2.2).
      { cargo, pattern: 'AllGather', bytes, times: micros * backward, group, hidden: true },
    ];
  });
}

/** Outputs to the next stage and their gradients back; tensor-parallel GPUs send a part each (Narayanan et al. 2021, section 4.1). */
function pipelineTraffic(
  { layers, first, last }: Stage,
  strategy: Strategy,
  cluster: Cluster,
  { precision }: Training,
): readonly Communication[] {
  const { tensor, pipeline, micro, micros, interleave, sequenceParallel } = strategy;
  if (pipeline === 1) return [];
  const group = stagesCross(strategy, cluster) ? { inside: 1, across: 2 } : { inside: 2, across: 1 };
  const output = last && interleave === 1 ? layers[0]!.input : layers.at(-1)!.output;
  const bytes = micro * output * precision.activation;
  const times = micros * interleave * ((first || last) && interleave === 1 ? 1 : 2);
  const cargo = 'activations of stages';
  const tied = layers.reduce((sum, layer) => sum + (layer.tied ?? 0), 0);
  const { tensor: own } = groupsOf(strategy, cluster);
  return [
    { cargo, pattern: 'point-to-point', bytes: bytes / tensor, times, group },
    { cargo, pattern: 'AllGather', bytes, times: sequenceParallel || tensor === 1 ? 0 : times, group: own },
    {
      cargo: 'shared embedding',
      pattern: 'AllReduce',
      bytes: (tied / tensor) * precision.gradient,
      times: first ? 0 : 1,
      group,
    },
  ];
}

/** Bytes of one bucket of gradients that PyTorch's DistributedDataParallel sends while the backward phase goes on. */
const bucket = 25 * 2 ** 20;

/** Gradients averaged over the replicas, as each kind of ZeRO does it: bucket by bucket, with ZeRO-3 layer by layer. */
function dataTraffic(
  stage: Stage,
  { tensor, data, zero, micros, overlap }: Strategy,
  group: Group,
  { precision }: Training,
): readonly Communication[] {
  if (data === 1) return [];
  const parameters = stageParameters(stage, tensor);
  const all = { gradients: parameters * precision.gradient, parameters: parameters * precision.weight };
  const pieces = zero === 3 ? stage.layers.length : overlap ? Math.max(1, Math.ceil(all.gradients / bucket)) : 1;
  const gradients = { cargo: 'gradients', bytes: all.gradients / pieces, group } as const;
  const gathers = zero === 3 ? pieces : 1;
  const weights = { cargo: 'parameters', pattern: 'AllGather', bytes: all.parameters / gathers, group } as const;
  if (zero === 0) return [{ ...gradients, pattern: 'AllReduce', times: pieces }];
  return [
    { ...gradients, pattern: 'ReduceScatter', times: pieces * (zero === 1 ? 1 : micros) },
    { ...weights, times: zero === 3 ? gathers * 2 * micros : 1 },
  ];
}

/** Bytes that one GPU sends for it in a step. */
export function sentFor({ pattern, bytes, times, group }: Communication): Sent {
  if (pattern !== 'point-to-point') {
    const { nvlink, network } = sentBy(pattern, bytes, group);
    return { nvlink: times * nvlink, network: times * network };
  }
  const all = times * bytes;
  return group.across > 1 ? { nvlink: 0, network: all } : { nvlink: all, network: 0 };
}

/** Seconds of it in a step. */
export function secondsFor({ pattern, bytes, times, group }: Communication, cluster: Cluster): number {
  return pattern === 'point-to-point'
    ? times * messageSeconds(bytes, group.across > 1, cluster)
    : times * collectiveSeconds(pattern, bytes, group, cluster);
}
