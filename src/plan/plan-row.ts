/** What a plan says. */
import type { OptimizerName } from '../optim/index.ts';
import type { Cluster } from './cluster.ts';
import type { Sent } from './collective.ts';
import type { Job } from './job.ts';
import type { Memory } from './memory.ts';
import type { PrecisionName } from './precision.ts';
import type { StepSeconds } from './step.ts';
import type { Strategy } from './strategy.ts';
import type { Communication } from './traffic.ts';

/** Traffic of one GPU in one step, in bytes it sends. */
export interface Traffic extends Sent {
  readonly cargo: Communication['cargo'];
  readonly pattern: Communication['pattern'];
  readonly times: number;
}

/** One way to divide the job. */
export interface PlanRow {
  readonly name: string;
  readonly strategy: Strategy;
  /** GPUs that work; less than all where one alone is looked at. */
  readonly gpus: number;
  /** Bytes of the fullest GPU. */
  readonly memory: Memory;
  readonly bytes: number;
  readonly fits: boolean;
  readonly seconds: StepSeconds;
  /** Seconds of a step in which no traffic is hidden behind computing: how long it may take at most. */
  readonly unhidden: number;
  /** Samples or sequences a second, and operations a second of a GPU without what is computed again. */
  readonly perSecond: number;
  readonly flopsPerGpu: number;
  /** Of the busiest stage. */
  readonly traffic: readonly Traffic[];
  /** Bytes that a GPU sends over NVLink, and that leave through each NIC. */
  readonly sent: { readonly nvlink: number; readonly nic: number };
}

/** What the job is, before it is divided. */
export interface JobTerms {
  readonly weights: number;
  readonly biases: number;
  readonly parameters: number;
  readonly bits: { readonly weights: number; readonly biases: number; readonly parameters: number };
  readonly bytes: { readonly parameters: number; readonly gradients: number; readonly optimizer: number };
  readonly inputBytes: number;
  readonly flopsPerStep: number;
}

export interface Plan {
  readonly job: Job;
  readonly cluster: Cluster;
  readonly batch: number;
  readonly precision: PrecisionName;
  readonly optimizer: OptimizerName;
  readonly terms: JobTerms;
  /** Each product of strategies with its best micro-batch, pieces and recomputation; those that fit first, the fastest first. */
  readonly rows: readonly PlanRow[];
  readonly recommended: PlanRow | null;
  readonly why: readonly string[];
  /** How many strategies were looked at. */
  readonly tried: number;
}
