/** Layers that put the numbers of a row elsewhere. */
import { z } from 'zod';
import { HillockError } from '../errors.ts';
import { constant, type Dim, f32, sizeOf, type Value } from '../graph/index.ts';
import { mul, reshape as reshapeOp, transpose } from '../ops/index.ts';
import { type BuildContext, type LayerKind, leadingAxes } from './layer.ts';
import { eachAxis, type Sizes, sizesSchema } from './window.ts';

export interface FlattenSpec {
  readonly kind: 'flatten';
}

export interface ReshapeSpec {
  readonly kind: 'reshape';
  /** One size may be −1: what the others leave. */
  readonly shape: readonly number[];
}

export interface PermuteSpec {
  readonly kind: 'permute';
  readonly order: readonly number[];
}

export interface RepeatSpec {
  readonly kind: 'repeat';
  readonly times: number;
}

export interface UpsampleSpec {
  readonly kind: 'upsample';
  readonly factor: Sizes;
}

/** Each row as one list. */
export const flatten = (): FlattenSpec => ({ kind: 'flatten' });

/** The same numbers in another shape; one size may be −1. */
export const reshape = (shape: readonly number[]): ReshapeSpec => ({ kind: 'reshape', shape });

/** The axes of a row in another order, counted from 0: `permute([1, 0])` between [channels, length] and [time, features]. */
export const permute = (order: readonly number[]): PermuteSpec => ({ kind: 'permute', order });

/** A row [features] as a sequence [times, features] of copies. */
export const repeat = (times: number): RepeatSpec => ({ kind: 'repeat', times });

/** Every place of a map `factor` times along each spatial axis. */
export const upsample = (factor: Sizes): UpsampleSpec => ({ kind: 'upsample', factor });

const moves = { members: true, neurons: false, parameters: () => [], macs: () => 0 } as const;

/** The row of a value and the axes before it. */
function split(x: Value, context: BuildContext): { readonly lead: readonly Dim[]; readonly row: readonly number[] } {
  const lead = leadingAxes(context);
  return { lead: x.type.shape.slice(0, lead), row: x.type.shape.slice(lead) as number[] };
}

export const flattenKind: LayerKind<FlattenSpec> = {
  ...moves,
  kind: 'flatten',
  about: 'Each row as one list of numbers, in row-major order.',
  schema: z.strictObject({ kind: z.literal('flatten') }),
  keepsInputs: true,
  affine: () => null,
  outputShape: (_, input) => [sizeOf(input)],
  build(_, x, __, context) {
    const { lead, row } = split(x, context);
    return { y: reshapeOp(x, [...lead, sizeOf(row)]) };
  },
  examples: [flatten()],
};

function shaped({ shape }: ReshapeSpec, input: readonly number[]): readonly number[] {
  const size = sizeOf(input);
  const known = sizeOf(shape.filter(dim => dim >= 0));
  const whole = shape.map(dim => (dim < 0 ? size / known : dim));
  if (whole.every(Number.isInteger) && sizeOf(whole) === size) return whole;
  throw new HillockError(
    'usage',
    `rows of shape [${input}] hold ${size} numbers, they cannot be reshaped to [${shape}]`,
  );
}

export const reshapeKind: LayerKind<ReshapeSpec> = {
  ...moves,
  kind: 'reshape',
  about: 'The numbers of each row in row-major order, in another shape.',
  schema: z.strictObject({
    kind: z.literal('reshape'),
    shape: z
      .array(z.union([z.literal(-1), z.int().min(1).max(1_000_000)]))
      .min(1)
      .max(6)
      .refine(shape => shape.filter(dim => dim < 0).length < 2, 'only one size may be -1')
      .describe('the new shape of a row; one size may be -1: what the others leave'),
  }),
  keepsInputs: true,
  affine: () => null,
  outputShape: shaped,
  build(spec, x, _, context) {
    const { lead, row } = split(x, context);
    return { y: reshapeOp(x, [...lead, ...shaped(spec, row)]) };
  },
  examples: [reshape([-1]), reshape([1, -1]), reshape([3, 1, -1])],
};

export const permuteKind: LayerKind<PermuteSpec> = {
  ...moves,
  kind: 'permute',
  about: 'The axes of each row in another order: axis k of y is axis order[k] of x.',
  schema: z.strictObject({
    kind: z.literal('permute'),
    order: z.array(z.int().min(0).max(5)).min(1).describe('axes of a row, counted from 0'),
  }),
  keepsInputs: false,
  outputShape({ order }, input) {
    const axes = new Set(order);
    if (order.length === input.length && axes.size === order.length && order.every(axis => axis < input.length))
      return order.map(axis => input[axis]!);
    throw new HillockError(
      'usage',
      `order [${order}] does not name each axis of rows of shape [${input}] once`,
      `the axes are ${[...input.keys()].join(', ')}`,
    );
  },
  build({ order }, x, _, context) {
    const lead = leadingAxes(context);
    return { y: transpose(x, [...Array(lead).keys(), ...order.map(axis => axis + lead)]) };
  },
  examples: [permute([1, 0]), permute([1, 2, 0])],
};

/** x with ones multiplied in where `repeats` says, an axis of its own for each. */
const spreadOver = (x: Value, shape: readonly Dim[], repeats: readonly number[]): Value =>
  mul(reshapeOp(x, shape), constant(f32(new Float32Array(sizeOf(repeats)).fill(1), repeats)));

export const repeatKind: LayerKind<RepeatSpec> = {
  ...moves,
  kind: 'repeat',
  about: 'Each row [features] over and over, as a sequence [times, features] (Keras’ RepeatVector).',
  schema: z.strictObject({
    kind: z.literal('repeat'),
    times: z.int().min(1).max(1_000_000).describe('length of the sequence'),
  }),
  rows: [['features']],
  keepsInputs: false,
  outputShape: ({ times }, input) => [times, ...input],
  build({ times }, x, _, context) {
    const { lead, row } = split(x, context);
    return { y: spreadOver(x, [...lead, 1, ...row], [times, 1]) };
  },
  examples: [repeat(3)],
};

export const upsampleKind: LayerKind<UpsampleSpec> = {
  ...moves,
  kind: 'upsample',
  about: 'Every place of a map `factor` times along each spatial axis (nearest neighbour).',
  schema: z.strictObject({
    kind: z.literal('upsample'),
    factor: sizesSchema(1).describe('copies along each axis'),
  }) as unknown as z.ZodType<UpsampleSpec>,
  rows: [
    ['channels', 'length'],
    ['channels', 'height', 'width'],
  ],
  keepsInputs: false,
  outputShape({ factor }, [channels, ...sizes]) {
    const factors = eachAxis('factor', factor, sizes.length);
    return [channels!, ...sizes.map((size, i) => size * factors[i]!)];
  },
  build(spec, x, _, context) {
    const { lead, row } = split(x, context);
    const [channels, ...sizes] = row;
    const factors = eachAxis('factor', spec.factor, sizes.length);
    const apart = [...lead, channels!, ...sizes.flatMap(size => [size, 1])];
    const copies = spreadOver(x, apart, [1, ...factors.flatMap(times => [1, times])]);
    return { y: reshapeOp(copies, [...lead, channels!, ...sizes.map((size, i) => size * factors[i]!)]) };
  },
  examples: [upsample(2), upsample([1, 3])],
};
