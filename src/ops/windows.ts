/** Windows that move over the spatial axes of [N, C, …spatial]. */
import type { Dim, OnnxAttribute, Type } from '../graph/index.ts';
import { isStatic, reject } from './check.ts';

/** One number for each spatial axis; pads are those of all beginnings, then those of all ends (ONNX's order). */
export interface Windows {
  readonly strides: readonly number[];
  readonly pads: readonly number[];
  readonly dilations: readonly number[];
}

/** The settings for `axes` spatial axes with what is left out filled in: stride 1, no padding, dilation 1. */
export function windows(axes: number, { strides, pads, dilations }: Partial<Windows>): Windows {
  const all = (count: number, value: number): readonly number[] => new Array<number>(count).fill(value);
  return { strides: strides ?? all(axes, 1), pads: pads ?? all(2 * axes, 0), dilations: dilations ?? all(axes, 1) };
}

/** The spatial sizes of [N, C, size] or [N, C, height, width], all known; rejects other types and settings that do not fit them. */
export function spatialSizes(op: string, type: Type, { strides, pads, dilations }: Windows): readonly number[] {
  const [, channels, ...sizes] = type.shape;
  const axes = sizes.length;
  if (axes < 1 || axes > 2 || type.dtype !== 'float32')
    reject(op, 'float32 [N, C, size] or [N, C, height, width]', [type]);
  if (!isStatic([channels!, ...sizes]) || type.shape.includes(0))
    reject(op, 'channels and spatial sizes known at compile time, none empty', [type]);
  const whole = (values: readonly number[], count: number, least: number): boolean =>
    values.length === count && values.every(value => Number.isInteger(value) && value >= least);
  if (!whole(strides, axes, 1) || !whole(dilations, axes, 1) || !whole(pads, 2 * axes, 0))
    reject(op, `strides ≥ 1, dilations ≥ 1 and pads ≥ 0 for ${axes} axes (${settings({ strides, pads, dilations })})`, [
      type,
    ]);
  return sizes as readonly number[];
}

/** How many positions a window of `kernel` takes along each axis; rejects a window that does not fit once. */
export function positions(op: string, type: Type, kernel: readonly number[], moves: Windows): readonly number[] {
  const sizes = spatialSizes(op, type, moves);
  const counts = sizes.map((size, i) => {
    const reach = moves.dilations[i]! * (kernel[i]! - 1) + 1;
    return Math.floor((size + padding(moves, i) - reach) / moves.strides[i]!) + 1;
  });
  if (counts.some(count => count < 1))
    reject(op, `a kernel [${kernel}] that fits into the padded input (${settings(moves)})`, [type]);
  return counts;
}

/** Zeros before and after axis `i` together. */
export const padding = ({ pads }: Windows, i: number): number => pads[i]! + pads[pads.length / 2 + i]!;

const settings = ({ strides, pads, dilations }: Windows): string =>
  `strides [${strides}], pads [${pads}], dilations [${dilations}]`;

/** The settings as ONNX attributes. */
export const windowAttributes = (
  kernel: readonly Dim[],
  { strides, pads, dilations }: Windows,
): Readonly<Record<string, OnnxAttribute>> => ({
  kernel_shape: { ints: kernel as readonly number[] },
  strides: { ints: strides },
  pads: { ints: pads },
  dilations: { ints: dilations },
});
