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
  place,
} from '../nn/index.ts';
import { type Augmentation, type FitOptions, outputsOf } from '../train/index.ts';
import { refuseRecurrent } from './model-name.ts';
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

/** What convolutions of a kind of images look like and how they are trained. */
interface Style extends Size {
  /** Filters of the first stage of an image of 32 pixels; each stage has twice those of the one before. */
  readonly filters: number;
  /** Convolutions of each stage that halves the map, and of one more stage after them that does not. */
  readonly halving: number;
  readonly after: number;
  /** Pixels of the map, about, when nothing is halved any more. */
  readonly smallestMap: number;
  readonly augment: (side: number) => Augmentation;
}

/** Digits, letters, drawings: few strokes, and often a mirror image is something else. */
const grey: Style = {
  ...forPixels,
  dropout: 0,
  learningRate: 5e-3,
  largestBatch: 128,
  steps: 2100,
  filters: 16,
  halving: 1,
  after: 2,
  smallestMap: 7,
  augment: side => ({ shift: Math.round(side / 14) }),
};

/** Photographs: a mirror image is another photograph of the same. */
const colour: Style = {
  ...grey,
  dropout: 0.2,
  steps: 3000,
  filters: 48,
  halving: 2,
  after: 0,
  smallestMap: 4,
  augment: side => ({ flip: 'horizontal', shift: Math.round(side / 8), cutout: Math.round(side / 4) }),
};

const styleOf = (channels: number): Style => (channels < 3 ? grey : colour);

const mostFilters = 256;
/** Multiply-adds of a training, three times those of its forward passes: about ten minutes on two cores. */
const mostWork = 2e13;

/** Filters of the first stage: fewer where its maps are larger than those of the style. */
const firstFilters = ({ filters }: Style, side: number): number =>
  Math.max(16, Math.min(filters, 16 * Math.round((2 * filters) / side)));

/** The network and options for images: whatever is asked for, else convolutions where there is room for them. */
export function imageRecipe(target: TargetEncoding, data: ImageData, asked: RecipeOptions): Recipe {
  const { rows, shape } = data;
  const model = asked.model ?? modelFor(data, asked);
  refuseRecurrent(model, 'a set of images');
  checkAmounts(shape, asked.augment);
  if (model === 'linear') return linearRecipe(target, rows, shape, asked);
  return model === 'cnn' ? convolutionRecipe(target, data, asked) : pixelRecipe(target, data, { ...asked, model });
}

/** Dense layers on the pixels, or the network of a person. */
function pixelRecipe(target: TargetEncoding, { rows, shape }: ImageData, asked: RecipeOptions): Recipe {
  const batch = Math.min(rows, asked.batch ?? batchFor(rows, forPixels.largestBatch));
  const epochs = asked.epochs ?? epochsFor(rows, batch, forPixels.steps, [10, 60]);
  return {
    network: networkFor(target, forPixels, shape, null, { activation: 'relu', ...asked }),
    options: varied(optionsFor(target, { ...asked, epochs, batch }, forPixels), asked.augment ?? {}),
  };
}

function convolutionRecipe(target: TargetEncoding, { rows, shape }: ImageData, asked: RecipeOptions): Recipe {
  const style = styleOf(shape[0]);
  const spec = convolutions(target, shape, style, asked);
  const work = 3 * rows * place(spec, shape).reduce((sum, { macs }) => sum + macs, 0);
  const batch = Math.min(rows, asked.batch ?? batchFor(rows / 2, style.largestBatch));
  const most = Math.min(100, Math.floor(mostWork / work));
  const epochs = asked.epochs ?? epochsFor(rows, batch, style.steps, [5, Math.max(5, most)]);
  const options = optionsFor(target, { schedule: 'one-cycle', ...asked, epochs, batch }, style);
  return {
    network: spec,
    options: varied(options, asked.augment ?? style.augment(Math.min(shape[1], shape[2]))),
  };
}

const epochsFor = (rows: number, batch: number, steps: number, [fewest, most]: readonly [number, number]): number =>
  Math.min(most, Math.max(fewest, Math.round(steps / Math.ceil(rows / batch))));

const varied = (options: FitOptions, augment: Augmentation): FitOptions =>
  Object.keys(augment).length > 0 ? { ...options, augment } : options;

function modelFor({ shape: [, height, width] }: ImageData, { hidden, members = 1 }: RecipeOptions): 'mlp' | 'cnn' {
  const dense = hidden !== undefined || members > 1 || Math.min(height, width) < smallestForConvolutions;
  return dense ? 'mlp' : 'cnn';
}

/**
 * Stages of convolutions 3 × 3. A stage halves the map after its first convolution and before the norm, which then has a
 * quarter of the work; at the end the mean over the map goes to one dense layer.
 */
function convolutions(target: TargetEncoding, shape: ImageRow, style: Style, asked: RecipeOptions): NetworkSpec {
  const { activation = 'relu', dropout: rate = style.dropout } = asked;
  const side = Math.min(shape[1], shape[2]);
  const stages = Math.max(1, Math.floor(Math.log2((1.5 * side) / style.smallestMap)));
  const first = firstFilters(style, side);
  const stage = (step: number, count: number, pool: readonly LayerSpec[]): readonly LayerSpec[] =>
    Array.from({ length: count }, (_, i) => {
      const filters = Math.min(mostFilters, first * 2 ** step);
      return block(filters, activation, i === 0 ? pool : []);
    }).flat();
  return network([
    ...Array.from({ length: stages }, (_, step) => stage(step, style.halving, [maxPool(2)])).flat(),
    ...stage(stages, style.after, []),
    globalAveragePool(),
    ...(rate > 0 ? [dropout(rate)] : []),
    dense(outputsOf(target), 'linear', { gain: 0.5 }),
  ]);
}

const block = (filters: number, activation: ActivationName, pool: readonly LayerSpec[]): readonly LayerSpec[] => [
  conv2d(filters, 3, 'linear', { padding: 'same', bias: false, initial: 'he-normal' }),
  ...pool,
  batchNorm(),
  activationLayer(activation),
];

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
