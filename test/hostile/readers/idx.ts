import fc from 'fast-check';
import type { ImagesSplit } from '../../../src/data/images.ts';
import { readSource } from '../../../src/data/source.ts';
import { differs, first, reader } from '../reader.ts';

const header = (shape: readonly number[]): Uint8Array =>
  Uint8Array.from([
    0,
    0,
    8,
    shape.length,
    ...shape.flatMap(size => [size >>> 24, (size >>> 16) & 255, (size >>> 8) & 255, size & 255]),
  ]);

export const idx = reader<ImagesSplit>({
  name: 'idx',
  file: 'train-images-idx3-ubyte',
  read: async file => (await readSource(file)) as ImagesSplit,
  valid: fc
    .tuple(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 6 }),
      fc.infiniteStream(fc.nat(255)),
    )
    .map(([rows, height, width, values]) => {
      const pixels = Uint8Array.from({ length: rows * height * width }, () => values.next().value as number);
      return {
        bytes: Uint8Array.from([...header([rows, height, width]), ...pixels]),
        judge: ({ train }) =>
          first(
            differs('shape', [train.rows, ...train.shape], [rows, height, width, 1]),
            differs('pixels', [...train.pixels], [...pixels]),
          ),
      };
    }),
  judge(bytes, { train }) {
    const sizes = [4, 8, 12].map(
      at => ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0,
    );
    return first(
      differs('header', [...bytes.subarray(0, 4)], [0, 0, 8, 3]),
      differs('shape', [train.rows, ...train.shape], [...sizes, 1]),
      differs('pixels', Buffer.from(train.pixels).toString('hex'), Buffer.from(bytes.subarray(16)).toString('hex')),
    );
  },
  words: ['\0\0\x08\x03', '\0\0\x0d\x03', '\0\0\0\x01'],
});
