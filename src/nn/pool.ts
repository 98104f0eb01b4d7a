/** Pooling over sequences [channels, length] and maps [channels, height, width]. */
import { z } from 'zod';
import { HillockError } from '../errors.ts';
import { sizeOf, type Value } from '../graph/index.ts';
import { averagePool as averageOp, globalAveragePool as globalMean, maxPool as maxOp, reshape } from '../ops/index.ts';
import type { LayerKind } from './layer.ts';
import {
  eachAxis,
  type Moves,
  movesOf,
  type Padding,
  paddingAbout,
  paddingSchema,
  type Sizes,
  sizesSchema,
} from './window.ts';

interface PoolBase<Kind extends string> {
  readonly kind: Kind;
  readonly kernel: Sizes;
  /** Absent: the kernel, windows side by side. */
  readonly stride?: Sizes | undefined;
  readonly padding: Padding;
}

export type MaxPoolSpec = PoolBase<'max-pool'>;

export interface AveragePoolSpec extends PoolBase<'average-pool'> {
  readonly countPadding: boolean;
}

export interface PoolOptions {
  readonly stride?: Sizes;
  readonly padding?: Padding;
}

/** The largest of each window; windows lie side by side unless a stride is told. */
export const maxPool = (kernel: Sizes, options: PoolOptions = {}): MaxPoolSpec => ({
  kind: 'max-pool',
  kernel,
  padding: 'valid',
  ...options,
});

/** The mean of each window; windows lie side by side unless a stride is told. */
export const averagePool = (
  kernel: Sizes,
  options: PoolOptions & { readonly countPadding?: boolean } = {},
): AveragePoolSpec => ({ kind: 'average-pool', kernel, padding: 'valid', countPadding: false, ...options });

const rows = [
  ['channels', 'length'],
  ['channels', 'height', 'width'],
] as const;

const fields = {
  kernel: sizesSchema(1).describe('size of the window'),
  stride: sizesSchema(1).optional().describe('how far the window moves; absent = its size'),
  padding: paddingSchema().default('valid').describe(paddingAbout),
};

function poolMoves({ kernel, stride = kernel, padding }: PoolBase<string>, input: readonly number[]): Moves {
  if (typeof padding !== 'string') {
    const kernels = eachAxis('kernel', kernel, input.length - 1);
    if (eachAxis('padding', padding, input.length - 1).some((size, i) => size >= kernels[i]!))
      throw new HillockError(
        'usage',
        `padding ${JSON.stringify(padding)} must be below the kernel ${JSON.stringify(kernel)}`,
      );
  }
  return movesOf({ kernel, stride, padding }, input);
}

const spatial = (x: Value): readonly number[] => x.type.shape.slice(1) as number[];

const plain = { rows, members: false, neurons: false, keepsInputs: false, parameters: () => [] } as const;

export const maxPoolKind: LayerKind<MaxPoolSpec> = {
  ...plain,
  kind: 'max-pool',
  about: 'The largest of each window, channel by channel: y = max x. A rest that fills no window is left out.',
  schema: z.strictObject({ kind: z.literal('max-pool'), ...fields }) as unknown as z.ZodType<MaxPoolSpec>,
  outputShape: (spec, input) => [input[0]!, ...poolMoves(spec, input).positions],
  build(spec, x) {
    const { kernel, strides, pads } = poolMoves(spec, spatial(x));
    return { y: maxOp(x, { kernel, strides, pads }) };
  },
  macs: () => 0,
  examples: [maxPool(2), maxPool(2, { stride: 1, padding: 'same' })],
};

export const averagePoolKind: LayerKind<AveragePoolSpec> = {
  ...plain,
  kind: 'average-pool',
  about: 'The mean of each window, channel by channel: y = Σ x / n. A rest that fills no window is left out.',
  schema: z.strictObject({
    kind: z.literal('average-pool'),
    ...fields,
    countPadding: z
      .boolean()
      .default(false)
      .describe('whether zeros of the padding count in n (PyTorch: true unless told, Keras: never)'),
  }) as unknown as z.ZodType<AveragePoolSpec>,
  outputShape: (spec, input) => [input[0]!, ...poolMoves(spec, input).positions],
  build(spec, x) {
    const { kernel, strides, pads } = poolMoves(spec, spatial(x));
    return { y: averageOp(x, { kernel, strides, pads, countIncludePad: spec.countPadding }) };
  },
  macs(spec, input) {
    const { kernel, positions } = poolMoves(spec, input);
    return input[0]! * sizeOf(positions) * sizeOf(kernel);
  },
  examples: [averagePool(2), averagePool(3, { stride: 2, padding: 1, countPadding: true })],
};

export interface GlobalAveragePoolSpec {
  readonly kind: 'global-average-pool';
}

export interface GlobalMaxPoolSpec {
  readonly kind: 'global-max-pool';
}

/** The mean of each channel over all its places. */
export const globalAveragePool = (): GlobalAveragePoolSpec => ({ kind: 'global-average-pool' });

/** The largest of each channel over all its places. */
export const globalMaxPool = (): GlobalMaxPoolSpec => ({ kind: 'global-max-pool' });

const alone = (y: Value): Value => reshape(y, y.type.shape.slice(0, 2));

export const globalAveragePoolKind: LayerKind<GlobalAveragePoolSpec> = {
  ...plain,
  kind: 'global-average-pool',
  about: 'The mean of each channel over all its places: rows [channels] (Lin et al. 2014).',
  schema: z.strictObject({ kind: z.literal('global-average-pool') }),
  outputShape: (_, input) => [input[0]!],
  build: (_, x) => ({ y: alone(globalMean(x)) }),
  macs: (_, input) => sizeOf(input),
  examples: [globalAveragePool()],
};

export const globalMaxPoolKind: LayerKind<GlobalMaxPoolSpec> = {
  ...plain,
  kind: 'global-max-pool',
  about: 'The largest of each channel over all its places: rows [channels].',
  schema: z.strictObject({ kind: z.literal('global-max-pool') }),
  outputShape: (_, input) => [input[0]!],
  build: (_, x) => ({ y: alone(maxOp(x, { kernel: spatial(x).slice(1) })) }),
  macs: () => 0,
  examples: [globalMaxPool()],
};
