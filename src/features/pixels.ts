/** Raw pixels in the unit of a network. */
import { z } from 'zod';
import { constant, f32, type Value } from '../graph/index.ts';
import { cast, mul, scale, sub } from '../ops/index.ts';

/** Height, width, channels. */
export type ImageShape = readonly [height: number, width: number, channels: number];

/** How the pixels 0 … 255 of images of one size become inputs of a network: (pixel / 255 − mean) / std of each channel. */
export interface PixelEncoding {
  readonly shape: ImageShape;
  /** Of each channel, in units of 0 … 1. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

const longest = 65536;
const mostChannels = 16;

/** A pixel encoding of untrusted data; what is left out of it leaves pixels / 255 as they are. */
export const pixelSchema = z
  .object({
    shape: z.tuple([z.int().min(1).max(longest), z.int().min(1).max(longest), z.int().min(1).max(mostChannels)]),
    mean: z.array(z.number().min(0).max(1)).optional(),
    std: z.array(z.number().positive().max(1)).optional(),
  })
  .transform(({ shape, mean, std }): PixelEncoding => {
    const plain = plainPixels(shape);
    return { shape, mean: mean ?? plain.mean, std: std ?? plain.std };
  })
  .refine(
    ({ shape, mean, std }) => mean.length === shape[2] && std.length === shape[2],
    'an image needs one mean and one std a channel',
  );

/** Pixels / 255. */
export const plainPixels = (shape: ImageShape): PixelEncoding => ({
  shape,
  mean: Array.from({ length: shape[2] }, () => 0),
  std: Array.from({ length: shape[2] }, () => 1),
});

/** Mean and standard deviation of each channel over the images at `rows` of pixels [images, channels, height, width]; a channel of one value has std 1. */
export function fitPixels(pixels: Uint8Array, shape: ImageShape, rows: ArrayLike<number>): PixelEncoding {
  const [height, width, channels] = shape;
  const area = height * width;
  const total = Math.max(1, rows.length * area);
  const moments = Array.from({ length: channels }, (_, channel) => {
    const counts = new Float64Array(256);
    for (let i = 0; i < rows.length; i++) {
      const begin = (rows[i]! * channels + channel) * area;
      for (let at = begin; at < begin + area; at++) counts[pixels[at]!]!++;
    }
    const over = (f: (value: number) => number): number =>
      counts.reduce((sum, times, value) => sum + times * f(value / 255), 0) / total;
    const mean = over(value => value);
    return { mean, std: Math.sqrt(over(value => (value - mean) ** 2)) };
  });
  return { shape, mean: moments.map(({ mean }) => mean), std: moments.map(({ std }) => std || 1) };
}

/** Shape of an image as a row of a network: [channels, height, width]. */
export const pixelRow = ({ shape: [height, width, channels] }: Pick<PixelEncoding, 'shape'>) =>
  [channels, height, width] as const;

/** uint8 [rows, channels, height, width] → float32 in the unit of the network. */
export function pixelGraph({ mean, std }: PixelEncoding, x: Value): Value {
  const each = (values: readonly number[], name: string): Value =>
    constant(f32([...values], [values.length, 1, 1]), name);
  const numbers = cast(x, 'float32');
  const scaled = std.every(value => value === 1)
    ? scale(numbers, 1 / 255)
    : mul(
        numbers,
        each(
          std.map(value => 1 / (255 * value)),
          'pixel_scale',
        ),
      );
  if (mean.every(value => value === 0)) return scaled;
  return sub(
    scaled,
    each(
      mean.map((value, channel) => value / std[channel]!),
      'pixel_centre',
    ),
  );
}
