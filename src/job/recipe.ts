/**
 * How to train when a person says nothing: one rule from the task and the number of rows, no tuning per data set.
 * `docs/recipe.md` tells what was tried and what each part is worth.
 */
import type { TargetEncoding } from '../features/index.ts';
import type { ActivationName } from '../neuron/index.ts';
import { dense, dropout, flatten, type LayerSpec, type NetworkSpec, network } from '../nn/index.ts';
import type { OptimizerName } from '../optim/index.ts';
import { type Augmentation, type FitOptions, outputsOf, tasks } from '../train/index.ts';
import type { ModelName } from './model-name.ts';
import { head, wholeNetwork } from './network.ts';

/** What a person may say about the network and its training; everything else follows from the recipe. */
export interface RecipeOptions {
  /** Absent = `mlp` for a table, `cnn` or `mlp` for images by their size. */
  readonly model?: ModelName | NetworkSpec | undefined;
  readonly hidden?: readonly number[] | undefined;
  readonly activation?: ActivationName | undefined;
  readonly dropout?: number | undefined;
  readonly members?: number | undefined;
  readonly optimizer?: FitOptions['optimizer'] | undefined;
  readonly learningRate?: number | undefined;
  readonly weightDecay?: number | undefined;
  readonly batch?: number | undefined;
  readonly epochs?: number | undefined;
  readonly schedule?: FitOptions['schedule'] | undefined;
  readonly clip?: number | undefined;
  readonly smoothing?: number | undefined;
  readonly patience?: number | undefined;
  readonly monitor?: string | undefined;
  readonly until?: FitOptions['until'] | undefined;
  readonly seed?: number | undefined;
  /** How training images are varied; `{}` = not at all, absent = by the recipe. */
  readonly augment?: Augmentation | undefined;
}

export interface Recipe {
  readonly network: NetworkSpec;
  readonly options: FitOptions;
}

/** What the recipe looks at: the training rows as the network sees them. */
export interface RecipeData {
  /** Training rows, and all rows outside the test part. */
  readonly rows: number;
  readonly available: number;
  /** Raw columns that are used, and what the encoder makes of them. */
  readonly columns: number;
  readonly width: number;
  /** Mean over the rows of Σ x²: what He et al. call the fan-in, where most of a row is not 0. */
  readonly energy: number;
}

/** Below this many rows outside the test part the members of the ensemble are cross-fitted: each leaves a fold out, which validates it. */
export const crossFitRows = 2000;
export const folds = 4;

export interface Size {
  readonly members: number;
  readonly hidden: readonly number[];
  readonly dropout: number;
  /** Dropout of the encoded row where it comes from 8 raw columns or more. */
  readonly inputDropout: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly smoothing: number;
  readonly largestBatch: number;
  readonly steps: number;
}

const small: Size = {
  members: 8,
  hidden: [64, 64],
  dropout: 0.2,
  inputDropout: 0.1,
  learningRate: 2e-3,
  weightDecay: 0.3,
  smoothing: 0.05,
  largestBatch: 256,
  steps: 300,
};
export const largeClasses: Size = {
  members: 2,
  hidden: [128, 128],
  dropout: 0.2,
  inputDropout: 0,
  learningRate: 4e-3,
  weightDecay: 0.3,
  smoothing: 0,
  largestBatch: 256,
  steps: 1200,
};
const largeNumbers: Size = { ...largeClasses, dropout: 0.1, weightDecay: 0.03, steps: 2000 };

function sizeFor(target: TargetEncoding, rows: number): Size {
  if (rows < crossFitRows) return small;
  return target.task === 'regression' ? largeNumbers : largeClasses;
}

/** The network and options for a table. */
export function tableRecipe(target: TargetEncoding, data: RecipeData, asked: RecipeOptions): Recipe {
  const size = sizeFor(target, data.available);
  const batch = Math.min(data.rows, asked.batch ?? batchFor(data.rows, size.largestBatch));
  // A network of a person's own has no members to lean on: it may take longer, its best epoch is kept.
  const steps = typeof asked.model === 'object' ? Math.max(size.steps, 1000) : size.steps;
  const epochs = asked.epochs ?? epochsFor(data.rows, batch, steps);
  return {
    network: networkFor(target, size, [data.width], data, asked),
    options: optionsFor(target, { ...asked, epochs, batch }, size),
  };
}

/** The network and options of the linear model that stands beside every network. */
export function linearRecipe(
  target: TargetEncoding,
  rows: number,
  inputShape: readonly number[],
  asked: RecipeOptions,
): Recipe {
  const batch = Math.min(rows, asked.batch ?? batchFor(rows, 256));
  const stepsPerEpoch = Math.ceil(rows / batch);
  const epochs = asked.epochs ?? Math.min(200, Math.max(10, Math.round(1500 / stepsPerEpoch)));
  const size: Size = { ...largeNumbers, learningRate: 0.02, weightDecay: 0.01, dropout: 0 };
  return {
    network: wholeNetwork(network([]), inputShape, target),
    options: optionsFor(target, { ...asked, epochs, batch }, size),
  };
}

/** The network that is asked for, or dense layers of this size. */
export function networkFor(
  target: TargetEncoding,
  size: Size,
  inputShape: readonly number[],
  data: RecipeData | null,
  asked: RecipeOptions,
): NetworkSpec {
  if (asked.model === 'linear') return wholeNetwork(network([]), inputShape, target);
  if (typeof asked.model === 'object') return wholeNetwork(asked.model, inputShape, target, asked.members);
  const members = asked.members ?? size.members;
  const hidden = asked.hidden ?? size.hidden;
  const activation = asked.activation ?? 'silu';
  const rate = asked.dropout ?? size.dropout;
  const inputRate = asked.dropout === undefined && data && data.columns >= 8 ? size.inputDropout : 0;
  const layers = hidden.flatMap((units, i) => [
    hiddenLayer(units, activation, i === 0 ? data : null),
    ...(rate > 0 ? [dropout(rate)] : []),
  ]);
  const last = hidden.length === 0 ? head(target) : dense(outputsOf(target), 'linear', { gain: 0.5 });
  const first = [...(inputShape.length > 1 ? [flatten()] : []), ...(inputRate > 0 ? [dropout(inputRate)] : [])];
  return network([...first, ...layers, last], members > 1 ? { members } : {});
}

/**
 * A hidden layer whose weights start from N(0, gain² / fan-in), the first one's from N(0, gain² / energy) where the
 * energy of its rows is known: most inputs of an encoded row are 0. Biases start from N(0, 0.1²).
 */
function hiddenLayer(units: number, activation: ActivationName, data: RecipeData | null): LayerSpec {
  const narrow = ['sigmoid', 'tanh', 'selu', 'linear'].includes(activation);
  const initial = narrow ? 'lecun-normal' : 'he-normal';
  const gain = data && data.energy > 0 ? Math.sqrt(data.width / data.energy) : undefined;
  return dense(units, activation, { initial, ...(gain === undefined ? {} : { gain }), biasSpread: 0.1 });
}

/** The power of two that makes at least 12 batches of the rows, at most `largest`. */
export function batchFor(rows: number, largest: number): number {
  return Math.min(largest, Math.max(32, 2 ** Math.floor(Math.log2(Math.max(1, rows / 12)))));
}

/** So many epochs as make about `steps` steps, at least 8. */
const epochsFor = (rows: number, batch: number, steps: number): number =>
  Math.min(256, Math.max(8, Math.round(steps / Math.max(1, Math.floor(rows / batch)))));

/** How much larger the steps of other optimisers than Adam's family should be. */
const pace: Partial<Readonly<Record<OptimizerName, number>>> = { sgd: 25, momentum: 5, rmsprop: 0.5 };

export function optionsFor(
  target: TargetEncoding,
  asked: RecipeOptions & { epochs: number; batch: number },
  size: Size,
): FitOptions {
  return {
    epochs: asked.epochs,
    batch: asked.batch,
    optimizer: asked.optimizer ?? 'adamw',
    optimizerOptions:
      asked.optimizer && asked.weightDecay === undefined ? {} : { weightDecay: asked.weightDecay ?? size.weightDecay },
    learningRate: asked.learningRate ?? size.learningRate * (pace[asked.optimizer ?? 'adamw'] ?? 1),
    schedule: asked.schedule ?? 'warmup',
    clip: asked.clip ?? 0,
    smoothing: asked.smoothing ?? size.smoothing,
    patience: asked.patience ?? 0,
    monitor: asked.monitor ?? tasks[target.task].monitor,
    until: asked.until ?? [],
    seed: asked.seed ?? 0,
  };
}
