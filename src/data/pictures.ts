/** Files of pictures as images of one shape. */
import { readFile } from 'node:fs/promises';
import { HillockError } from '../errors.ts';
import type { ImageOptions } from './image-source.ts';
import type { ImageShape, RejectedImage } from './images.ts';
import { checkImageMemory } from './memory.ts';
import { inParallel } from './parallel.ts';
import { type PictureDecoder, type PictureHeader, pictureDecoder } from './picture.ts';
import { headerNotes, type SeenHeader, shapeFor } from './picture-shape.ts';
import type { ReadNote } from './table.ts';

/** A picture on disk. */
export interface PictureFile {
  readonly path: string;
  /** How it is spoken of. */
  readonly name: string;
  /** Index of its class; −1 = unknown. */
  readonly label: number;
}

/** The pictures that could be decoded, in order, and those that could not. */
export interface DecodedPictures {
  readonly files: readonly PictureFile[];
  readonly pixels: Uint8Array;
  readonly rejected: readonly RejectedImage[];
}

const underWay = 8;
const mostRejected = 0.05;

/**
 * Decodes parts of pictures (training, test) to one shape, which the first part decides. Throws `HillockError` kind
 * `data` where more than one picture and more than 5 % of a part cannot be decoded; where a model gives the shape,
 * where none can.
 */
export async function readPictures(
  source: string,
  parts: readonly (readonly PictureFile[])[],
  options: ImageOptions,
): Promise<{
  readonly shape: ImageShape;
  readonly parts: readonly DecodedPictures[];
  readonly notes: readonly ReadNote[];
}> {
  const decoder = await pictureDecoder();
  const all = parts.flat();
  let done = 0;
  const step = (): void => options.onProgress?.(++done, 2 * all.length);
  const headers = new Map<PictureFile, PictureHeader | Error>();
  await inParallel(all, underWay, async file => {
    headers.set(file, await attempt(async () => decoder.header(await readFile(file.path))));
    step();
  });
  const seen = (files: readonly PictureFile[]): readonly SeenHeader[] =>
    files.flatMap(({ name, ...file }, i) => {
      const header = headers.get(files[i]!)!;
      return header instanceof Error ? [] : [{ ...file, ...header, name }];
    });
  const first = seen(parts[0]!);
  if (first.length === 0)
    throw noneDecoded(
      source,
      parts[0]!.map(file => rejection(file, headers.get(file) as Error)),
    );
  const shape = options.shape ?? shapeFor(first, options.imageSize);
  checkImageMemory(source, all.length, shape);
  const decoded: DecodedPictures[] = [];
  for (const files of parts) {
    const part = await decodeAll(files, headers, shape, decoder, step);
    checkRejected(source, part, options.shape !== undefined);
    decoded.push(part);
  }
  return { shape, parts: decoded, notes: headerNotes(seen(all), shape, options) };
}

async function decodeAll(
  files: readonly PictureFile[],
  headers: ReadonlyMap<PictureFile, PictureHeader | Error>,
  shape: ImageShape,
  decoder: PictureDecoder,
  step: () => void,
): Promise<DecodedPictures> {
  const size = shape[0] * shape[1] * shape[2];
  const pixels = new Uint8Array(files.length * size);
  const failures = await inParallel(files, underWay, async (file, i) => {
    const header = headers.get(file)!;
    if (header instanceof Error) return header;
    const failure = await attempt(async () => {
      pixels.set(await decoder.decode(await readFile(file.path), shape), i * size);
    });
    step();
    return failure instanceof Error ? failure : undefined;
  });
  const kept: PictureFile[] = [];
  const rejected: RejectedImage[] = [];
  files.forEach((file, i) => {
    const failure = failures[i];
    if (failure) rejected.push(rejection(file, failure, kept.length));
    else pixels.copyWithin(kept.push(file) * size - size, i * size, (i + 1) * size);
  });
  return { files: kept, pixels: pixels.subarray(0, kept.length * size), rejected };
}

const attempt = <T>(work: () => Promise<T>): Promise<T | Error> =>
  work().catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));

const rejection = ({ name }: PictureFile, { message }: Error, before = 0): RejectedImage => ({ name, message, before });

function checkRejected(source: string, { files, rejected }: DecodedPictures, forModel: boolean): void {
  const total = files.length + rejected.length;
  if (files.length === 0) throw noneDecoded(source, rejected);
  if (forModel || rejected.length <= Math.max(1, mostRejected * total)) return;
  throw new HillockError(
    'data',
    `${source}: ${rejected.length.toLocaleString('en')} of ${total.toLocaleString('en')} pictures cannot be decoded: ${listRejectedImages(rejected)}`,
    'get them again, or take them out of the folder',
  );
}

/** The first pictures that could not be decoded, in words. */
export function listRejectedImages(rejected: readonly RejectedImage[]): string {
  const list = rejected.slice(0, 3).map(({ name, message }) => `${name}: ${message}`);
  return rejected.length > 3 ? `${list.join('; ')}; …` : list.join('; ');
}

function noneDecoded(source: string, rejected: readonly RejectedImage[]): HillockError {
  const [first] = rejected;
  return new HillockError(
    'data',
    rejected.length === 1
      ? `${first!.name} cannot be read: ${first!.message}`
      : `${source}: none of the ${rejected.length.toLocaleString('en')} pictures can be decoded: ${listRejectedImages(rejected)}`,
    'PNG, JPEG, WebP, GIF and TIFF files are read',
  );
}
