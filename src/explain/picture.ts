/** Maps of numbers as pictures: tiles side by side, in colours that tell sign and size. */
import type { Images } from '../data/index.ts';
import type { Pixels } from '../draw/index.ts';
import { type Colour, diverging, palettes } from '../draw/palette.ts';

/** One map, row by row. */
export interface Plane {
  readonly values: ArrayLike<number>;
  readonly height: number;
  readonly width: number;
}

const gutter: Colour = [0x80, 0x80, 0x80];

/** The colour of a value on a scale from −largest (vermilion) over 0 (near-white) to largest (blue). */
export const colourOf = (value: number, largest: number): Colour =>
  diverging(palettes.light, largest > 0 && Number.isFinite(value) ? value / largest : 0);

/** The value that saturates the colours: the largest absolute value of all planes, 1 where all are 0. */
export function scaleOf(planes: readonly Plane[]): number {
  let largest = 0;
  for (const { values } of planes)
    for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i]!));
  return largest > 0 ? largest : 1;
}

/** Planes of one size as tiles of a picture with thin grey lines between them, each number a square of `zoom` pixels. */
export function tiles(planes: readonly Plane[], zoom: number): Pixels {
  const { height, width } = planes[0] ?? { height: 1, width: 1 };
  const across = Math.max(1, Math.ceil(Math.sqrt((planes.length * height) / width)));
  const down = Math.max(1, Math.ceil(planes.length / across));
  const [stepX, stepY] = [width * zoom + 1, height * zoom + 1];
  const whole = { width: across * stepX + 1, height: down * stepY + 1 };
  const rgb = new Uint8Array(whole.width * whole.height * 3);
  for (let i = 0; i < rgb.length; i++) rgb[i] = gutter[i % 3]!;
  const largest = scaleOf(planes);
  planes.forEach(({ values }, tile) => {
    const left = 1 + (tile % across) * stepX;
    const top = 1 + Math.floor(tile / across) * stepY;
    for (let y = 0; y < height * zoom; y++) {
      for (let x = 0; x < width * zoom; x++) {
        const value = values[Math.floor(y / zoom) * width + Math.floor(x / zoom)]!;
        rgb.set(colourOf(value, largest), ((top + y) * whole.width + left + x) * 3);
      }
    }
  });
  return { ...whole, rgb };
}

/** An image as it can be drawn: in colour, or in grey of its first channel. */
export function pixelsAt({ shape, pixels }: Images, index: number): Pixels {
  const [height, width, channels] = shape;
  const size = height * width * channels;
  const own = pixels.subarray(index * size, (index + 1) * size);
  const rgb = Uint8Array.from({ length: height * width * 3 }, (_, i) =>
    channels >= 3 ? own[Math.floor(i / 3) * channels + (i % 3)]! : own[Math.floor(i / 3) * channels]!,
  );
  return { width, height, rgb };
}
