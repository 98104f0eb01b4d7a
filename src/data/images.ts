import { HillockError } from '../errors.ts';
import { fingerprint } from './fingerprint.ts';
import type { ReadNote } from './table.ts';

/** Height, width, channels. */
export type ImageShape = readonly [height: number, width: number, channels: number];

/** A picture that could not be decoded. */
export interface RejectedImage {
  readonly name: string;
  readonly message: string;
  /** How many images stand before it. */
  readonly before: number;
}

/** Images of one size, with a class each where they are labelled. */
export interface Images {
  readonly kind: 'images';
  readonly source: string;
  readonly rows: number;
  readonly shape: ImageShape;
  /** rows × height × width × channels, row by row, channels last. */
  readonly pixels: Uint8Array;
  readonly labels: Int32Array | null;
  readonly classNames: readonly string[];
  /** The file of each image, where each has one of its own. */
  readonly names?: readonly string[];
  /** Files that could not be decoded, in order. */
  readonly rejected?: readonly RejectedImage[];
  readonly notes: readonly ReadNote[];
  readonly fingerprint: string;
}

/** A training set of images, with a test set where the source has one. */
export interface ImagesSplit {
  readonly kind: 'images-split';
  readonly source: string;
  /** What the labels are called, where the source says. */
  readonly target?: string;
  readonly train: Images;
  readonly test?: Images;
}

/** A set of images; checks that pixels and labels fit rows and shape. */
export function makeImages(
  parts: Omit<Images, 'kind' | 'notes' | 'fingerprint'> & { notes?: Images['notes'] },
): Images {
  const { source, rows, shape, pixels, labels, classNames } = parts;
  const size = shape[0] * shape[1] * shape[2];
  if (pixels.length !== rows * size) {
    throw new HillockError(
      'data',
      `${source}: ${rows} images of ${shape.join('×')} need ${rows * size} bytes, there are ${pixels.length}`,
    );
  }
  if (labels && labels.length !== rows) {
    throw new HillockError('data', `${source}: ${rows} images but ${labels.length} labels`);
  }
  const outside = labels ? labels.findIndex(label => label < 0 || label >= classNames.length) : -1;
  if (labels && outside >= 0) {
    throw new HillockError(
      'data',
      `${source}: label ${labels[outside]} is outside the ${classNames.length} classes (image ${outside + 1})`,
    );
  }
  const hash = fingerprint().text(shape.join('×')).bytes(pixels);
  if (labels) hash.bytes(labels);
  for (const name of classNames) hash.text(name);
  return {
    kind: 'images',
    source,
    rows,
    shape,
    pixels,
    labels,
    classNames,
    ...(parts.names && { names: parts.names }),
    ...(parts.rejected && { rejected: parts.rejected }),
    notes: parts.notes ?? [],
    fingerprint: hash.hex(),
  };
}

/** The pixels of the images at the given indexes, one image after the other. */
export function pixelsOf(images: Pick<Images, 'shape' | 'pixels'>, rows: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  const size = images.shape[0] * images.shape[1] * images.shape[2];
  const pixels = new Uint8Array(rows.length * size);
  for (let i = 0; i < rows.length; i++) {
    pixels.set(images.pixels.subarray(rows[i]! * size, (rows[i]! + 1) * size), i * size);
  }
  return pixels;
}

/** The images at the given indexes, in that order. */
export function selectImages(images: Images, rows: ArrayLike<number>): Images {
  const pixels = pixelsOf(images, rows);
  const labels = images.labels && Int32Array.from(rows, row => images.labels![row]!);
  const { names, rejected: _, ...rest } = images;
  const chosen = names && { names: Array.from(rows, row => names[row]!) };
  return makeImages({ ...rest, rows: rows.length, pixels, labels, ...chosen });
}
