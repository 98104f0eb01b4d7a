/**
 * How to train when a person says nothing: one rule from the task and the number of rows, no tuning per data set.
 * `docs/recipe.md` tells what was tried and what each part is worth.
 */
import type { TargetEncoding } from '../features/index.ts';
import type { ActivationName } from '../neuron/index.ts';
import { dense, dropout, type LayerSpec, type NetworkSpec, network } from '../nn/index.ts';
import { type FitOptions, outputsOf, tasks } from '../train/index.ts';

/** What a person may say about the network and its training; everything else follows from the recipe. */
export interface RecipeOptions {
  readonly model?: 'mlp' | 'linear' | NetworkSpec | undefined;
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
}

export interface Recipe {
  readonly network: NetworkSpec;
  readonly options: FitOptions;
}

/** Up to this many rows the members of the ensemble are cross-fitted: each leaves a fold out, which validates it. */
export const crossFitRows = 2000;
export const folds = 4;

interface Size {
  readonly members: number;
  readonly hidden: readonly number[];
  readonly dropout: number;
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
  learningRate: 2e-3,
  weightDecay: 0.3,
  smoothing: 0.1,
  largestBatch: 32,
  steps: 400,
};
const large: Size = {
  members: 2,
  hidden: [128, 128],
  dropout: 0.1,
  learningRate: 4e-3,
  weightDecay: 0.03,
  smoothing: 0,
  largestBatch: 256,
  steps: 2000,
};

/** The network and options for a table of `rows` training rows. */
export function tableRecipe(target: TargetEncoding, rows: number, asked: RecipeOptions): Recipe {
  const size = rows <= crossFitRows ? small : large;
  const shape = networkFor(target, size, asked);
  const batch = Math.min(rows, asked.batch ?? batchFor(rows, size.largestBatch));
  const stepsPerEpoch = Math.ceil(rows / batch);
  const epochs = asked.epochs ?? Math.min(256, Math.max(8, Math.round(size.steps / stepsPerEpoch)));
  const members = shape.members ?? 1;
  return {
    network: shape,
    options: optionsFor(target, { ...asked, epochs, batch }, { ...size, smoothing: members > 1 ? size.smoothing : 0 }),
  };
}

/** The network and options of the linear model that stands beside every network. */
export function linearRecipe(target: TargetEncoding, rows: number, asked: RecipeOptions): Recipe {
  const batch = Math.min(rows, asked.batch ?? batchFor(rows, 256));
  const stepsPerEpoch = Math.ceil(rows / batch);
  const epochs = asked.epochs ?? Math.min(200, Math.max(10, Math.round(1500 / stepsPerEpoch)));
  const size: Size = { ...large, learningRate: 0.02, weightDecay: 0.01, dropout: 0 };
  return { network: network([head(target)]), options: optionsFor(target, { ...asked, epochs, batch }, size) };
}

/** The network and options for images as rows of pixels. */
export function imageRecipe(target: TargetEncoding, rows: number, asked: RecipeOptions): Recipe {
  const size: Size = {
    ...large,
    members: 1,
    hidden: [512, 512],
    dropout: 0.2,
    learningRate: 1e-3,
    weightDecay: 0.01,
    largestBatch: 128,
  };
  const batch = Math.min(rows, asked.batch ?? batchFor(rows, size.largestBatch));
  const epochs = asked.epochs ?? Math.min(60, Math.max(12, Math.round(3000 / Math.ceil(rows / batch))));
  return {
    network: networkFor(target, size, { activation: 'relu', ...asked }),
    options: optionsFor(target, { ...asked, epochs, batch }, size),
  };
}

const head = (target: TargetEncoding): LayerSpec => dense(outputsOf(target), 'linear');

function networkFor(target: TargetEncoding, size: Size, asked: RecipeOptions): NetworkSpec {
  if (asked.model === 'linear') return network([head(target)]);
  if (typeof asked.model === 'object') {
    const members = asked.members ?? asked.model.members;
    return network([...asked.model.layers, head(target)], members === undefined ? {} : { members });
  }
  const rate = asked.dropout ?? size.dropout;
  const activation = asked.activation ?? 'silu';
  const hidden = (asked.hidden ?? size.hidden).flatMap((units): LayerSpec[] => [
    dense(units, activation),
    ...(rate > 0 ? [dropout(rate)] : []),
  ]);
  const members = asked.members ?? size.members;
  return network([...hidden, head(target)], members > 1 ? { members } : {});
}

/** The power of two that makes at least 12 batches of the rows, at most `largest`. */
function batchFor(rows: number, largest: number): number {
  return Math.min(largest, Math.max(32, 2 ** Math.floor(Math.log2(Math.max(1, rows / 12)))));
}

function optionsFor(
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
    learningRate: asked.learningRate ?? size.learningRate,
    schedule: asked.schedule ?? 'warmup',
    decaySchedule: 'constant',
    dropoutSchedule: 'constant',
    clip: asked.clip ?? 0,
    smoothing: asked.smoothing ?? size.smoothing,
    patience: asked.patience ?? 0,
    monitor: asked.monitor ?? tasks[target.task].monitor,
    until: asked.until ?? [],
    seed: asked.seed ?? 0,
  };
}
