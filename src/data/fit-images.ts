import { HillockError } from '../errors.ts';
import type { ImageOptions } from './image-source.ts';
import { type ImageShape, type Images, type ImagesSplit, makeImages } from './images.ts';
import { checkImageMemory } from './memory.ts';
import { inParallel } from './parallel.ts';
import { pictureDecoder } from './picture.ts';

const underWay = 8;

/** Images brought to a shape, as pictures are; the same images where they have it. `step` is told of each. */
export async function fitImages(images: Images, shape: ImageShape, step?: () => void): Promise<Images> {
  if (images.shape.join() === shape.join()) return images;
  if (![images.shape[2], shape[2]].every(channels => channels === 1 || channels === 3)) {
    throw new HillockError(
      'data',
      `images of ${images.shape.join('×')} cannot be brought to ${shape.join('×')}: only grey (1) and colour (3) are known`,
    );
  }
  checkImageMemory(images.source, images.rows, shape);
  const decoder = await pictureDecoder();
  const [from, to] = [images.shape, shape].map(([height, width, channels]) => height * width * channels) as [
    number,
    number,
  ];
  const pixels = new Uint8Array(images.rows * to);
  const rows = Array.from({ length: images.rows }, (_, row) => row);
  await inParallel(rows, underWay, async row => {
    const own = images.pixels.subarray(row * from, (row + 1) * from);
    pixels.set(await decoder.convert(own, images.shape, shape), row * to);
    step?.();
  });
  const message = `images of ${images.shape.join('×')} are brought to ${shape.join('×')} (height × width × channels)`;
  return makeImages({ ...images, shape, pixels, notes: [...images.notes, { message }] });
}

/** Both parts brought to a shape; the note is said once. */
export async function fitSplit(
  split: ImagesSplit,
  shape: ImageShape,
  onProgress: ImageOptions['onProgress'],
): Promise<ImagesSplit> {
  const total = split.train.rows + (split.test?.rows ?? 0);
  let done = 0;
  const step = (): void => onProgress?.(++done, total);
  const train = await fitImages(split.train, shape, step);
  if (!split.test) return { ...split, train };
  return { ...split, train, test: { ...(await fitImages(split.test, shape, step)), notes: split.test.notes } };
}
