/** Pictures of a page as rows of pixels. */
import { type ImageShape, type Images, makeImages } from '../data/images.ts';
import { HillockError } from '../errors.ts';
import type { ModelSpec } from '../model/spec.ts';

/**
 * Decodes pictures (files, canvases, image elements, ImageData) to the size that a model takes: laid on white, in grey or in
 * colour. Pictures of another size are resized by the browser, which does it a little differently from Node. Throws
 * `HillockError` kind `usage` for a model of something else, `data` for what is no picture.
 */
export async function pictures(
  sources: readonly ImageBitmapSource[],
  { spec }: { readonly spec: ModelSpec },
): Promise<Images> {
  if (spec.input.kind !== 'images') throw new HillockError('usage', 'this model does not take images');
  const { shape } = spec.input;
  const [height, width, channels] = shape;
  const size = height * width * channels;
  const pixels = new Uint8Array(sources.length * size);
  for (const [i, source] of sources.entries()) pixels.set(await decode(source, i, shape), i * size);
  return makeImages({ source: 'pictures', rows: sources.length, shape, pixels, labels: null, classNames: [] });
}

async function decode(
  source: ImageBitmapSource,
  i: number,
  [height, width, channels]: ImageShape,
): Promise<Uint8Array> {
  const bitmap = await createImageBitmap(source).catch((cause: unknown) => {
    const name = source instanceof File ? source.name : `picture ${i + 1}`;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HillockError('data', `${name} cannot be decoded: ${reason}`, 'give a PNG, JPEG or WebP file', { cause });
  });
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  const { data } = context.getImageData(0, 0, width, height);
  const pixels = new Uint8Array(height * width * channels);
  for (let p = 0; p < height * width; p++) {
    const colour = data.subarray(4 * p, 4 * p + 3);
    if (channels === 1) pixels[p] = grey(colour);
    else pixels.set(colour, channels * p);
  }
  return pixels;
}

/** Luminance (ITU-R BT.709) of linear light, written as sRGB again; grey stays as it is. */
function grey([red, green, blue]: Iterable<number> & ArrayLike<number>): number {
  if (red === green && green === blue) return red!;
  const y = 0.2126 * linear(red!) + 0.7152 * linear(green!) + 0.0722 * linear(blue!);
  return Math.round(255 * (y <= 0.0031308 ? 12.92 * y : 1.055 * y ** (1 / 2.4) - 0.055));
}

const linear = (value: number): number =>
  value <= 10.31475 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
