import type { Scores } from './metric.ts';

/** One finished epoch. */
export interface EpochRecord {
  readonly epoch: number;
  readonly step: number;
  /** Mean training loss over the epoch. */
  readonly loss: number;
  readonly validation: Scores;
  readonly learningRate: number;
  readonly seconds: number;
}

/** Everything training needs to go on as if it had never stopped. */
export interface FitState {
  readonly step: number;
  /** Parameters and optimiser slots by name. */
  readonly arrays: ReadonlyMap<string, Float32Array>;
  /** Sum of the losses of the epoch under way. */
  readonly lossSum: number;
  readonly best: {
    readonly epoch: number;
    readonly score: number;
    readonly arrays: ReadonlyMap<string, Float32Array>;
  } | null;
  readonly history: readonly EpochRecord[];
}
