/** The plan of a job on a cluster: what it needs, every way to divide it, and which one to take. */
import { HillockError } from '../errors.ts';
import type { OptimizerName } from '../optim/index.ts';
import { type Cluster, gpuCount } from './cluster.ts';
import { biasCount, type Job, trainedCount, weightCount } from './job.ts';
import { type Memory, stageMemory, type Training, totalOf } from './memory.ts';
import type { JobTerms, Plan, PlanRow, Traffic } from './plan-row.ts';
import { bytesOfParameter, type PrecisionName, precisions } from './precision.ts';
import { chosen, reasons } from './recommend.ts';
import { type StageKind, stageKinds, stagesOf } from './stages.ts';
import { type StepSeconds, stepFlops, stepSeconds } from './step.ts';
import { admissible, type Strategy, strategyName, type Wishes } from './strategy.ts';
import { type Communication, communications, sentFor } from './traffic.ts';

export interface PlanOptions {
  /** Samples or sequences of a step, over all GPUs. */
  readonly batch: number;
  readonly precision?: PrecisionName | undefined;
  readonly optimizer?: OptimizerName | undefined;
  readonly wishes?: Wishes | undefined;
}

/** Plans a job on a cluster; throws `HillockError` kind `usage` when no strategy is admissible. */
export function plan(job: Job, cluster: Cluster, options: PlanOptions): Plan {
  const { batch, precision = 'fp32', optimizer = 'adam', wishes = {} } = options;
  const training: Training = { precision: precisions[precision], optimizer };
  const alone: Cluster = { ...cluster, gpus: 1, nodes: 1, perNic: 1 };
  const best = new Map<string, Candidate>();
  let tried = 0;
  const consider = (on: Cluster): void => {
    const cutInto = cuts(job);
    for (const strategy of admissible(job, on, batch, wishes)) {
      tried++;
      const name = strategyName(strategy);
      const found = measured(job, cutInto(strategy.pipeline), strategy, on, training, best.get(name));
      if (found) best.set(name, found);
    }
  };
  consider(cluster);
  const pinned = [wishes.tensor, wishes.pipeline, wishes.zero].some(wish => (wish ?? 0) > 1);
  if (gpuCount(cluster) > 1 && !pinned) consider(alone);
  if (best.size === 0) throw inadmissible(job, cluster, batch);
  const rows = [...best.values()].map(candidate => rowOf(job, candidate, batch, training)).sort(inOrder);
  const recommended = chosen(rows);
  const terms = termsOf(job, batch, training);
  const found = { job, cluster, batch, precision, optimizer, terms, rows, recommended, tried };
  return { ...found, why: reasons(found) };
}

interface Candidate {
  readonly strategy: Strategy;
  readonly cluster: Cluster;
  readonly stages: readonly StageKind[];
  readonly memory: Memory;
  readonly bytes: number;
  readonly fits: boolean;
  readonly seconds: StepSeconds;
}

/** Stages of a job by their number, cut once each. */
function cuts(job: Job): (count: number) => readonly StageKind[] {
  const known = new Map<number, readonly StageKind[]>();
  return count => {
    const stages = known.get(count) ?? stageKinds(stagesOf(job, count));
    known.set(count, stages);
    return stages;
  };
}

/** Share of the memory that a plan may fill: the allocator leaves pieces between tensors (docs/scale.md, memory on V100). */
export const usable = 0.9;

/**
 * A strategy measured, if it is better than the best that is known of its name: what fits goes before what does not; then the
 * faster, or where nothing fits the smaller.
 */
function measured(
  job: Job,
  stages: readonly StageKind[],
  strategy: Strategy,
  cluster: Cluster,
  training: Training,
  known: Candidate | undefined,
): Candidate | undefined {
  // Of equal stages the first holds most micro-batches.
  const memory = stages
    .map(({ stage, index }) => stageMemory(job, stage, index, strategy, training))
    .reduce((a, b) => (totalOf(b) > totalOf(a) ? b : a));
  const bytes = totalOf(memory);
  const fits = bytes <= usable * cluster.gpu.memory;
  if (known && !fits && (known.fits || bytes >= known.bytes)) return undefined;
  const seconds = stepSeconds(stages, strategy, cluster, training);
  if (known?.fits && seconds.total >= known.seconds.total) return undefined;
  return { strategy, cluster, stages, memory, bytes, fits, seconds };
}

const inOrder = (a: PlanRow, b: PlanRow): number =>
  Number(b.fits) - Number(a.fits) || (a.fits ? a.seconds.total - b.seconds.total : a.bytes - b.bytes);

function rowOf(job: Job, candidate: Candidate, batch: number, training: Training): PlanRow {
  const { strategy, cluster, stages, memory, bytes, fits, seconds } = candidate;
  const traffic = stages
    .map(({ stage }) => trafficOf(communications(stage, strategy, cluster, training)))
    .reduce(busier);
  const sum = (of: (one: Traffic) => number): number => traffic.reduce((all, one) => all + of(one), 0);
  return {
    name: strategyName(strategy),
    strategy,
    gpus: gpuCount(cluster),
    memory,
    bytes,
    fits,
    seconds,
    unhidden: Math.max(seconds.total, stepSeconds(stages, { ...strategy, overlap: false }, cluster, training).total),
    perSecond: batch / seconds.total,
    flopsPerGpu: stepFlops(job, batch) / seconds.total / gpuCount(cluster),
    traffic,
    sent: { nvlink: sum(({ nvlink }) => nvlink), nic: cluster.perNic * sum(({ network }) => network) },
  };
}

/** Traffic by what it carries and how. */
function trafficOf(all: readonly Communication[]): readonly Traffic[] {
  const found = new Map<string, Traffic>();
  for (const one of all) {
    const key = `${one.cargo} ${one.pattern}`;
    const { nvlink, network } = sentFor(one);
    const known = found.get(key) ?? { cargo: one.cargo, pattern: one.pattern, times: 0, nvlink: 0, network: 0 };
    const times = known.times + one.times;
    found.set(key, { ...known, times, nvlink: known.nvlink + nvlink, network: known.network + network });
  }
  return [...found.values()];
}

const bytesOfTraffic = (traffic: readonly Traffic[]): number =>
  traffic.reduce((all, { nvlink, network }) => all + nvlink + network, 0);

const busier = (a: readonly Traffic[], b: readonly Traffic[]): readonly Traffic[] =>
  bytesOfTraffic(b) > bytesOfTraffic(a) ? b : a;

function termsOf(job: Job, batch: number, { precision, optimizer }: Training): JobTerms {
  const [weights, biases, parameters] = [weightCount(job), biasCount(job), trainedCount(job)];
  const bits = (count: number): number => 8 * precision.weight * count;
  const each = bytesOfParameter(precision, optimizer);
  return {
    weights,
    biases,
    parameters,
    bits: { weights: bits(weights), biases: bits(biases), parameters: bits(parameters) },
    bytes: {
      parameters: parameters * each.weight,
      gradients: parameters * each.gradient,
      optimizer: parameters * each.optimizer,
    },
    inputBytes: batch * job.sampleBytes,
    flopsPerStep: stepFlops(job, batch),
  };
}

function inadmissible(job: Job, cluster: Cluster, batch: number): HillockError {
  return new HillockError(
    'usage',
    `no strategy divides a batch of ${batch} ${job.unit}s over ${gpuCount(cluster)} GPUs as asked`,
    '--tensor times --pipeline must divide the GPUs, and the copies that this makes the batch: take others, or leave --tensor, --pipeline, --zero, --micro and --recompute open',
  );
}
