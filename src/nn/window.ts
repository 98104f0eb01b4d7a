/** Windows that move over the spatial axes of rows [channels, …sizes], as a person writes them and as ops take them. */
import { z } from 'zod';
import { HillockError } from '../errors.ts';

/** One number for all spatial axes, or one for each. */
export type Sizes = number | readonly number[];

/** Zeros on each side of each spatial axis, or by a rule. */
export type Padding = Sizes | 'same' | 'valid';

export const paddingAbout =
  'zeros on each side; `valid` = none; `same` = as many as keep ⌈size / stride⌉ positions, the odd one at the end (ONNX SAME_UPPER, as Keras)';

const most = 65_536;

/** Sizes of at least `least` for rows with `axes` spatial axes; of either number when it is not told. */
export function sizesSchema(least: number, axes?: number): z.ZodType<Sizes> {
  const one = z.int().min(least).max(most);
  return axes === 1 ? one : z.union([one, z.tuple([one, one])]);
}

export const paddingSchema = (axes?: number): z.ZodType<Padding> =>
  z.union([z.enum(['same', 'valid']), sizesSchema(0, axes)]);

export interface WindowSpec {
  readonly kernel: Sizes;
  readonly stride: Sizes;
  readonly padding: Padding;
  readonly dilation?: Sizes;
}

/** How a window moves, one number for each spatial axis; pads are those of all beginnings, then those of all ends. */
export interface Moves {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly pads: readonly number[];
  /** Positions along each axis. */
  readonly positions: readonly number[];
}

/** One number for each of `axes`; throws when there are others. */
export function eachAxis(what: string, sizes: Sizes, axes: number): readonly number[] {
  if (typeof sizes === 'number') return new Array<number>(axes).fill(sizes);
  if (sizes.length === axes) return sizes;
  throw new HillockError('usage', `${what} [${sizes}] has ${sizes.length} numbers, the rows have ${axes} spatial axes`);
}

/** How far a window reaches along an axis. */
export const reach = (kernel: number, dilation: number): number => dilation * (kernel - 1) + 1;

/** The moves of a window over rows [channels, …sizes]; throws `HillockError` kind `usage` when it does not fit once. */
export function movesOf({ kernel, stride, padding, dilation = 1 }: WindowSpec, input: readonly number[]): Moves {
  const sizes = input.slice(1);
  const each = (what: string, value: Sizes): readonly number[] => eachAxis(what, value, sizes.length);
  const [kernels, strides, dilations] = [each('kernel', kernel), each('stride', stride), each('dilation', dilation)];
  const reaches = kernels.map((size, i) => reach(size, dilations[i]!));
  const totals = sizes.map((size, i) =>
    Math.max(0, (Math.ceil(size / strides[i]!) - 1) * strides[i]! + reaches[i]! - size),
  );
  const own = typeof padding === 'string' ? 0 : padding;
  const sides = each('padding', own);
  const begins = padding === 'same' ? totals.map(total => Math.floor(total / 2)) : sides;
  const ends = padding === 'same' ? totals.map(total => Math.ceil(total / 2)) : sides;
  const positions = sizes.map((size, i) => Math.floor((size + begins[i]! + ends[i]! - reaches[i]!) / strides[i]!) + 1);
  if (positions.some(count => count < 1)) {
    throw new HillockError(
      'usage',
      `a window of ${reaches.join(' × ')} does not fit into rows of shape [${input}] with padding ${JSON.stringify(padding)}`,
      'make the kernel smaller, pool less before it, or give padding "same"',
    );
  }
  return { kernel: kernels, strides, dilations, pads: [...begins, ...ends], positions };
}
