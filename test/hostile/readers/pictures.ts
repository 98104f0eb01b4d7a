import fc from 'fast-check';
import sharp from 'sharp';
import type { ImagesSplit } from '../../../src/data/images.ts';
import { readSource } from '../../../src/data/source.ts';
import { encodePng } from '../../../src/draw/png.ts';
import { differs, first, reader, type Sample } from '../reader.ts';
import { decodePng } from './png.ts';

const read = async (file: string): Promise<ImagesSplit> => (await readSource(file)) as ImagesSplit;
const own = ({ train: { rows, shape, pixels } }: ImagesSplit) =>
  first(differs('rows', rows, 1), differs('bytes', pixels.length, shape[0] * shape[1] * shape[2]));

const picture = fc
  .record({ width: fc.integer({ min: 1, max: 8 }), height: fc.integer({ min: 1, max: 8 }), seed: fc.nat() })
  .map(({ width, height, seed }) => {
    const rgb = Uint8Array.from({ length: 3 * width * height }, (_, i) => Math.imul(i + seed, 2654435761) >>> 24);
    return { width, height, rgb };
  });

export const png = reader<ImagesSplit>({
  name: 'png',
  file: 'picture.png',
  read,
  valid: picture.map(
    ({ width, height, rgb }): Sample<ImagesSplit> => ({
      bytes: encodePng({ width, height, rgb }),
      judge: ({ train }) =>
        first(differs('shape', train.shape, [height, width, 3]), differs('pixels', [...train.pixels], [...rgb])),
    }),
  ),
  judge(bytes, split) {
    const decoded = decodePng(bytes);
    if (!decoded || Math.max(decoded.width, decoded.height) > 256) return own(split);
    const { width, height, channels, pixels } = decoded;
    return first(
      differs('shape', split.train.shape, [height, width, channels]),
      differs('pixels', [...split.train.pixels], [...pixels]),
    );
  },
  words: ['IHDR', 'IDAT', 'IEND', 'PLTE', 'tRNS', '\0\0\0\0', '\x7f\xff\xff\xff'],
});

const jpegs = await Promise.all(
  [1, 7, 16].flatMap(size =>
    [true, false].map(async progressive => {
      const data = Buffer.from(Array.from({ length: 3 * size * size }, (_, i) => (i * 37) % 256));
      const image = sharp(data, { raw: { width: size, height: size, channels: 3 } });
      return { size, bytes: new Uint8Array(await image.jpeg({ progressive, quality: 90 }).toBuffer()) };
    }),
  ),
);

export const jpeg = reader<ImagesSplit>({
  name: 'jpeg',
  file: 'picture.jpg',
  read,
  valid: fc
    .constantFrom(...jpegs)
    .map(({ size, bytes }) => ({ bytes, judge: ({ train }) => differs('shape', train.shape, [size, size, 3]) })),
  judge: (_, split) => own(split),
  words: ['\xff\xd8', '\xff\xd9', '\xff\xc0', '\xff\xda', '\xff\xfe', 'Exif\0\0'],
});
