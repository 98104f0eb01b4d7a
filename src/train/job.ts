import type { Encoder, PixelEncoding, TargetEncoding } from '../features/index.ts';
import type { Tensor } from '../graph/index.ts';
import type { NetworkSpec } from '../nn/index.ts';
import type { OptimizerName, OptimizerOptions, ScheduleName } from '../optim/index.ts';
import type { Augmentation } from './augment-kinds.ts';
import type { RowBlocks } from './row-blocks.ts';

/** How to train. Every field is plain data. */
export interface FitOptions {
  readonly epochs: number;
  readonly batch: number;
  readonly optimizer: OptimizerName;
  readonly optimizerOptions: Partial<OptimizerOptions>;
  readonly learningRate: number;
  readonly schedule: ScheduleName;
  /** Limit on the joint norm of the gradients; 0 = none. */
  readonly clip: number;
  readonly smoothing: number;
  /** Epochs without a better validation score before training stops; 0 = never. */
  readonly patience: number;
  /** The validation metric that chooses the best epoch. */
  readonly monitor: string;
  /** Stop as soon as the validation part reaches this. */
  readonly until: readonly Goal[];
  readonly seed: number;
  /** How training images are varied, anew in each epoch; absent = not at all. */
  readonly augment?: Augmentation | undefined;
}

export interface Goal {
  readonly metric: string;
  readonly sign: '>=' | '<=';
  readonly level: number;
}

/** Everything a training run needs; structured-clonable, so that it can move to another thread. */
export interface TrainingJob {
  readonly network: NetworkSpec;
  /** Shape of one row. */
  readonly inputShape: readonly number[];
  readonly target: TargetEncoding;
  /** [rows, …inputShape], float32; pixels uint8; [rows, columns] where `columns` makes the inputs of them. */
  readonly x: Tensor;
  /** x was made for this job alone: a thread that trains it may take its memory away. */
  readonly ownInputs?: boolean | undefined;
  /** What makes numbers of pixels. */
  readonly pixels?: PixelEncoding | undefined;
  /** What makes inputs of packed columns, in every step anew: they take a fraction of the memory. */
  readonly columns?: Encoder | undefined;
  /** Rows that are learned from instead of `trainRows` of x, which then only tell how well they are known. */
  readonly blocks?: RowBlocks | undefined;
  /**
   * What the loss compares with: class index (int32) or standardised value (float32), [rows, 1]; of a forecast
   * [rows, horizon], NaN where it is not known.
   */
  readonly y: Tensor;
  /** What metrics compare with: class index or value in the target's own unit, for each row, of a forecast for each of its steps. */
  readonly truths: Float64Array;
  /** Of a forecast: what the outputs of a row are relative to, [rows, horizon + 1], and what an error of it is measured in. */
  readonly anchors?: Tensor | undefined;
  readonly errorScales?: Float64Array | undefined;
  /**
   * Which rows each member of an ensemble learns from, [rows, members] float32: 1 = learns from it, 0 = does not.
   * Validation then predicts each row by the members that have not seen it. Absent = every member sees every row.
   */
  readonly rowWeights?: Tensor | undefined;
  /** First values of parameters by name, those of another network; the others are drawn. */
  readonly initial?: ReadonlyMap<string, Float32Array> | undefined;
  /** Layers that keep their parameters and their statistics, with all that is inside them. */
  readonly frozen?: readonly string[] | undefined;
  readonly trainRows: Int32Array;
  readonly validationRows: Int32Array;
  /** Rows that nothing is learned or chosen from; they are only predicted, at the end. */
  readonly testRows: Int32Array;
  readonly options: FitOptions;
}
