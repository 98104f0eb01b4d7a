import { HillockError } from '../errors.ts';
import { sizeOf } from '../graph/index.ts';
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

interface Named {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Throws `HillockError` kind `model-file` when a state does not hold what a program carries and a network needs. */
export function checkState({ arrays, best }: FitState, carried: readonly Named[], parameters: readonly Named[]): void {
  const misfit =
    carried.find(one => !fits(arrays, one)) ?? (best ? parameters.find(one => !fits(best.arrays, one)) : undefined);
  if (!misfit) return;
  throw new HillockError(
    'model-file',
    `the checkpoint is of another network or optimiser: ${misfit.name} does not fit`,
    'start again without --resume',
  );
}

const fits = (arrays: ReadonlyMap<string, Float32Array>, { name, shape }: Named): boolean =>
  arrays.get(name)?.length === sizeOf(shape);
