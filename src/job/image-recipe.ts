/**
 * How to train on images when a person says nothing: one rule from their size, their channels and their number.
 * `docs/recipe.md` tells what was tried.
 */
import { HillockError } from '../errors.ts';
import type { TargetEncoding } from '../features/index.ts';
import type { ActivationName } from '../neuron/index.ts';
import {
  activationLayer,
  batchNorm,
  conv2d,
  dense,
  dropout,
  globalAveragePool,
  type LayerSpec,
  maxPool,
  type NetworkSpec,
  network,
} from '../nn/index.ts';
import { type Augmentation, outputsOf } from '../train/index.ts';
import {
  batchFor,
  largeClasses,
  linearRecipe,
  networkFor,
  optionsFor,
  type Recipe,
  type RecipeOptions,
  type Size,
} from './recipe.ts';

type ImageRow = readonly [channels: number, height: number, width: number];

/** Images as the recipe sees them: the training rows, and the shape of one. */
export interface ImageData {
  readonly rows: number;
  readonly shape: ImageRow;
}

/** Images whose shorter side has fewer pixels go to dense layers unless told: there is little to find in their neighbourhoods. */
const smallestForConvolutions = 16;

const forPixels: Size = {
  ...largeClasses,
  members: 1,
  hidden: [512, 512],
  learningRate: 2e-3,
  weightDecay: 0.05,
  smoothing: 0.1,
  steps: 3000,
};

const forConvolutions: Size = {
  ...forPixels,
  hidden: [],
  dropout: 0.2,
  learningRate: 5e-3,
  largestBatch: 128,
};

/** The network and options for images: whatever is asked for, else convolutions where there is room for them. */
export function imageRecipe(target: TargetEncoding, data: ImageData, asked: RecipeOptions): Recipe {
  const { rows, shape } = data;
  const model = asked.model ?? modelFor(data, asked);
  checkAmounts(shape, asked.augment);
  if (model === 'linear') return linearRecipe(target, rows, shape, asked);
  const convolves = model === 'cnn';
  const size = convolves ? forConvolutions : forPixels;
  const batch = Math.min(rows, asked.batch ?? batchFor(rows, size.largestBatch));
  const epochs =
    asked.epochs ?? Math.min(60, Math.max(convolves ? 5 : 10, Math.round(size.steps / Math.ceil(rows / batch))));
  const options = optionsFor(
    target,
    { ...asked, epochs, batch, schedule: asked.schedule ?? (convolves ? 'one-cycle' : undefined) },
    size,
  );
  const augment = asked.augment ?? (convolves ? augmentFor(shape) : {});
  return {
    network: convolves
      ? convolutions(target, shape, asked)
      : networkFor(target, size, shape, null, { activation: 'relu', ...asked, model }),
    options: Object.keys(augment).length > 0 ? { ...options, augment } : options,
  };
}

function modelFor({ shape: [, height, width] }: ImageData, { hidden, members = 1 }: RecipeOptions): 'mlp' | 'cnn' {
  const dense = hidden !== undefined || members > 1 || Math.min(height, width) < smallestForConvolutions;
  return dense ? 'mlp' : 'cnn';
}

/**
 * Stages of two convolutions 3 × 3 until the map is 3 to 5 pixels wide; each stage halves it after its first convolution,
 * before normalising, which is four times less work there, and has twice the filters of the one before.
 */
function convolutions(
  target: TargetEncoding,
  [channels, height, width]: ImageRow,
  { activation = 'relu', dropout: rate = forConvolutions.dropout }: RecipeOptions,
): NetworkSpec {
  const first = channels < 3 ? 16 : 32;
  const stages = Math.max(1, Math.floor(Math.log2(Math.min(height, width) / 3)));
  const layers = Array.from({ length: stages }, (_, stage) => {
    const filters = Math.min(256, first * 2 ** stage);
    return [...block(filters, activation, [maxPool(2)]), ...block(filters, activation, [])];
  }).flat();
  const last = dense(outputsOf(target), 'linear', { gain: 0.5 });
  return network([...layers, globalAveragePool(), ...(rate > 0 ? [dropout(rate)] : []), last]);
}

const block = (filters: number, activation: ActivationName, pool: readonly LayerSpec[]): readonly LayerSpec[] => [
  conv2d(filters, 3, 'linear', { padding: 'same', bias: false, initial: 'he-normal' }),
  ...pool,
  batchNorm(),
  activationLayer(activation),
];

/**
 * Small moves for any image. Mirror images only in colour: photographs stay what they are, a digit or a letter does not,
 * and those are grey.
 */
function augmentFor([channels, height, width]: ImageRow): Augmentation {
  const side = Math.min(height, width);
  return channels < 3 ? { shift: Math.round(side / 14) } : { shift: Math.round(side / 8), flip: 'horizontal' };
}

/** Throws `HillockError` kind `usage` where an amount is as large as the image. */
function checkAmounts([, height, width]: ImageRow, { shift = 0, cutout = 0 }: Augmentation = {}): void {
  const side = Math.min(height, width);
  const [name, amount] = shift >= cutout ? ['shift', shift] : ['cutout', cutout];
  if (amount < side) return;
  throw new HillockError(
    'usage',
    `${name} by ${amount} pixels leaves nothing of images of ${height}×${width}`,
    `it must be below ${side}`,
  );
}
