/** Ways to vary an image, one record each: the same picture to a person, other numbers to a network. */
import { z } from 'zod';
import type { Random } from '../random.ts';

/** The images that are varied: [channels, height, width], row by row. */
export interface Frame {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Of each channel, the pixel that the network sees as 0. */
  readonly zero: Uint8Array;
}

/** A way to vary images: one record, from which specifications are validated, pixels made and documentation written. */
export interface AugmentKind<Amount extends string | number = string | number> {
  readonly name: string;
  /** What it does, where what it draws lies, what stands beyond the edge. */
  readonly about: string;
  /** What the amount is, as help shows it. */
  readonly value: string;
  readonly schema: z.ZodType<Amount>;
  /** The amount where only the name is given. */
  readonly usual?: Amount;
  /** Writes a drawn variant of the image `from` to `to`, which is another array of the same size. */
  apply(from: Uint8Array, to: Uint8Array, frame: Frame, amount: Amount, rng: Random): void;
}

const clamp = (value: number, most: number): number => Math.max(0, Math.min(value, most));
const pixels = z.int().min(1).max(1024);

/** Moved by whole pixels, right and down where they are positive; the nearest edge pixel stands beyond the edge. */
export function moved(
  from: Uint8Array,
  to: Uint8Array,
  { channels, height, width }: Frame,
  dx: number,
  dy: number,
): void {
  const begin = clamp(dx, width);
  const end = clamp(width + dx, width);
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) {
      const source = (c * height + clamp(y - dy, height - 1)) * width;
      const target = (c * height + y) * width;
      if (begin > 0) to.fill(from[source]!, target, target + begin);
      for (let x = begin; x < end; x++) to[target + x] = from[source + x - dx]!;
      if (end < width) to.fill(from[source + width - 1]!, target + end, target + width);
    }
  }
}

/** Rows from right to left. */
export function mirrored(from: Uint8Array, to: Uint8Array, { width }: Frame): void {
  for (let row = 0; row < from.length; row += width) {
    for (let x = 0; x < width; x++) to[row + x] = from[row + width - 1 - x]!;
  }
}

/**
 * Turned counterclockwise around the centre by `angle` in radians: each pixel is the bilinear mean of the four around the
 * place it comes from; the nearest edge pixel stands beyond the edge.
 */
export function turned(from: Uint8Array, to: Uint8Array, { channels, height, width }: Frame, angle: number): void {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [centreX, centreY] = [(width - 1) / 2, (height - 1) / 2];
  const area = height * width;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const sourceX = clamp(centreX + cos * (x - centreX) - sin * (y - centreY), width - 1);
      const sourceY = clamp(centreY + sin * (x - centreX) + cos * (y - centreY), height - 1);
      const left = Math.floor(sourceX);
      const top = Math.floor(sourceY);
      const right = sourceX - left;
      const down = sourceY - top;
      const at = top * width + left;
      const nextX = left < width - 1 ? 1 : 0;
      const nextY = top < height - 1 ? width : 0;
      for (let c = 0; c < channels; c++) {
        const i = c * area + at;
        const above = from[i]! + right * (from[i + nextX]! - from[i]!);
        const below = from[i + nextY]! + right * (from[i + nextY + nextX]! - from[i + nextY]!);
        to[c * area + y * width + x] = above + down * (below - above) + 0.5;
      }
    }
  }
}

/** With a square of `side` pixels around a pixel, as far as it lies inside, that is what the network sees as 0. */
export function covered(from: Uint8Array, to: Uint8Array, frame: Frame, side: number, x: number, y: number): void {
  const { channels, height, width, zero } = frame;
  const [left, top] = [x - Math.floor(side / 2), y - Math.floor(side / 2)];
  const [begin, end] = [clamp(left, width), clamp(left + side, width)];
  to.set(from);
  for (let c = 0; c < channels; c++) {
    for (let row = clamp(top, height); row < clamp(top + side, height); row++) {
      const line = (c * height + row) * width;
      to.fill(zero[c]!, line + begin, line + end);
    }
  }
}

const rotate: AugmentKind<number> = {
  name: 'rotate',
  about:
    'Turned around the centre by an angle, uniform between −a and a degrees; bilinear, beyond the edge stands the nearest edge pixel.',
  value: 'DEGREES',
  schema: z.number().positive().max(180),
  apply: (from, to, frame, most, rng) => turned(from, to, frame, ((2 * rng.uniform() - 1) * most * Math.PI) / 180),
};

const flip: AugmentKind<'horizontal'> = {
  name: 'flip',
  about: 'Left and right exchanged, every other time.',
  value: 'horizontal',
  schema: z.literal('horizontal'),
  usual: 'horizontal',
  apply(from, to, frame, _, rng) {
    if (rng.uniform() < 0.5) mirrored(from, to, frame);
    else to.set(from);
  },
};

const shift: AugmentKind<number> = {
  name: 'shift',
  about:
    'Moved by whole pixels, −s … s each way, all equally often; beyond the edge stands the nearest edge pixel: a crop of the padded image.',
  value: 'PIXELS',
  schema: pixels,
  apply: (from, to, frame, most, rng) =>
    moved(from, to, frame, rng.below(2 * most + 1) - most, rng.below(2 * most + 1) - most),
};

const cutout: AugmentKind<number> = {
  name: 'cutout',
  about:
    'A square of so many pixels around any pixel, as far as it lies inside, becomes what the network sees as 0 (DeVries and Taylor 2017).',
  value: 'PIXELS',
  schema: pixels,
  apply: (from, to, frame, side, rng) =>
    covered(from, to, frame, side, rng.below(frame.width), rng.below(frame.height)),
};

const kinds = { rotate, flip, shift, cutout } as const;
type Kinds = typeof kinds;
type AmountOf<Kind> = Kind extends AugmentKind<infer Amount> ? Amount : never;

/** Every kind, in the order in which they are applied. */
export const augmentKinds = Object.values(kinds) as unknown as readonly AugmentKind[];

/** How training images are varied: the amount of each kind that is used; plain data. */
export type Augmentation = { readonly [Name in keyof Kinds]?: AmountOf<Kinds[Name]> | undefined };

/** An augmentation of untrusted data. */
export const augmentationSchema = z.strictObject(
  Object.fromEntries(augmentKinds.map(({ name, schema }) => [name, schema.optional()])),
) as unknown as z.ZodType<Augmentation>;
