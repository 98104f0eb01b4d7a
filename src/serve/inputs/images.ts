/** Images: a PNG or JPEG as it is, raw bytes, or lists of numbers 0 … 255. */
import { pictureDecoder } from '../../data/picture.ts';
import { HillockError } from '../../errors.ts';
import type { ImageShape } from '../../features/index.ts';
import { u8 } from '../../graph/index.ts';
import { below, Refusal, shown, wrong } from '../exchange.ts';
import type { BinaryBody, InputReader, Row } from './kind.ts';

const pictureTypes = ['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'image/tiff'];

/** Larger pictures cost more to decode than a request may. */
const mostPixels = 2 ** 26;
const mostSide = 2 ** 16;

export function imageReader(shape: ImageShape): InputReader {
  const [height, width, channels] = shape;
  const size = height * width * channels;
  const what = `${height} rows of ${width} pixels${channels === 1 ? '' : ` of ${channels} channels`}, 0 … 255`;

  const pixels = (value: unknown, at: string): Uint8Array => {
    const flat = flatten(value, at, size);
    if (flat.length !== size)
      throw wrong(at, `${size} numbers: ${what}`, flat.length > size ? 'more' : `${flat.length}`);
    return Uint8Array.from(flat);
  };

  const raw: BinaryBody = {
    types: ['application/octet-stream'],
    about: `bytes 0 … 255, ${size} an image: ${what}`,
    read: async bytes => {
      if (bytes.length === 0 || bytes.length % size !== 0)
        throw new Refusal(400, `expected images of ${size} bytes each, found ${bytes.length} bytes`);
      return Array.from({ length: bytes.length / size }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
    },
  };

  const picture: BinaryBody = {
    types: pictureTypes,
    about: `one picture; brought to ${height}×${width} and ${channels === 1 ? 'grey' : 'colour'}`,
    read: async bytes => {
      const decoder = await pictureDecoder().catch((error: unknown) => {
        if (error instanceof HillockError) throw new Refusal(415, `${error.message}; send raw pixels instead`);
        throw error;
      });
      try {
        const { height, width } = await decoder.header(bytes);
        if (height * width > mostPixels || Math.max(height, width) > mostSide)
          throw new Error(`it has ${height}×${width} pixels, at most ${mostPixels} are taken`);
        return [await decoder.decode(bytes, shape)];
      } catch (error) {
        throw new Refusal(400, `the picture cannot be used: ${error instanceof Error ? error.message : String(error)}`);
      }
    },
  };

  return {
    fields: [
      {
        name: 'image',
        about: what,
        schema: { type: 'array', description: `${size} numbers, flat or nested: ${what}` },
        example: new Array<number>(size).fill(0),
      },
    ],
    read(value, at) {
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
        if (Object.hasOwn(value, 'image')) return pixels((value as { image: unknown }).image, below(at, 'image'));
        throw wrong(below(at, 'image'), `'image': ${what}`, 'nothing');
      }
      return pixels(value, at);
    },
    bodies: [picture, raw],
    tensors: [{ name: 'image', dtype: 'uint8', shape, list: true }],
    feeds(rows: readonly Row[]) {
      const data = new Uint8Array(rows.length * size);
      rows.forEach((row, i) => {
        data.set(row as Uint8Array, i * size);
      });
      return { image: u8(data, [rows.length, ...shape]) };
    },
  };
}

/** The whole numbers 0 … 255 of nested lists, at most one more than `size`. */
function flatten(value: unknown, at: string, size: number): number[] {
  if (!Array.isArray(value)) throw wrong(at, 'lists of numbers 0 … 255', shown(value));
  const flat: number[] = [];
  const walk = (one: unknown, place: string, depth: number): void => {
    if (flat.length > size) return;
    if (Array.isArray(one) && depth < 3) {
      one.forEach((inner, i) => {
        if (flat.length <= size) walk(inner, below(place, i), depth + 1);
      });
    } else if (typeof one === 'number' && Number.isInteger(one) && one >= 0 && one <= 255) flat.push(one);
    else throw wrong(place, 'a whole number 0 … 255', shown(one));
  };
  walk(value, at, 0);
  return flat;
}
