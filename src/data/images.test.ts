import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HillockError } from '../errors.ts';
import { decodeIdx } from './idx.ts';
import { type ImagesSplit, makeImages, selectImages } from './images.ts';
import { readSource } from './source.ts';
import { failure, temporaryFiles } from './testing.case.ts';

const write = temporaryFiles();

async function readImages(source: string): Promise<ImagesSplit> {
  const data = await readSource(source);
  if (data.kind === 'table') throw new Error('a table');
  return data;
}

function idx(shape: readonly number[], values: ArrayLike<number>, type = 8): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * shape.length + values.length);
  const view = new DataView(bytes.buffer);
  bytes[2] = type;
  bytes[3] = shape.length;
  for (const [axis, length] of shape.entries()) view.setUint32(4 + 4 * axis, length);
  bytes.set(Array.from(values), 4 + 4 * shape.length);
  return bytes;
}

test('an IDX file is decoded to its shape and values', () => {
  expect(decodeIdx(idx([2, 1, 3], [1, 2, 3, 4, 5, 6]), 'x')).toEqual({
    shape: [2, 1, 3],
    values: Uint8Array.of(1, 2, 3, 4, 5, 6),
  });
});

test.each([
  ['no header', Uint8Array.of(0, 0), /has 2 bytes/],
  ['wrong magic', idx([1], [1]).with(0, 1), /two zero bytes/],
  ['wrong type', idx([1], [1], 13), /element type 0xd/],
  ['a header that is cut off', idx([1, 1, 1], []).subarray(0, 9), /ends inside the header/],
  ['a header that promises too much', idx([0xffffffff, 0xffffffff, 0xffffffff], [1]), /promises .* there are 1/],
  ['too many dimensions', idx([1, 1, 1, 1, 1], [1]), /5 dimensions/],
])('%s is refused', (_, bytes, message) => {
  expect(() => decodeIdx(bytes, 'x')).toThrow(message);
});

test('hostile bytes give an error for people and nothing else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), noise => {
      try {
        decodeIdx(noise, 'noise');
      } catch (error) {
        expect(error).toBeInstanceOf(HillockError);
      }
    }),
  );
});

test('any array of bytes comes back as it was written, and no shorter file does', () => {
  const shapes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(shapes, fc.nat(), fc.nat(), (shape, seed, cut) => {
      const size = shape.reduce((a, b) => a * b, 1);
      const values = Uint8Array.from({ length: size }, (_, i) => (i * 37 + seed) % 256);
      const bytes = idx(shape, values);
      expect(decodeIdx(bytes, 'x')).toEqual({ shape, values });
      expect(() => decodeIdx(bytes.subarray(0, cut % bytes.length), 'x')).toThrow(HillockError);
    }),
  );
});

async function folderWith(name: string, files: ReadonlyMap<string, Uint8Array>): Promise<string> {
  const folder = join(dirname(await write(`${name}.mark`, '')), name);
  await mkdir(folder);
  for (const [file, bytes] of files) await writeFile(join(folder, file), bytes);
  return folder;
}

test('a folder with train and test, plain and packed', async () => {
  const folder = await folderWith(
    'pair',
    new Map([
      ['train-images-idx3-ubyte', idx([3, 1, 2], [1, 2, 3, 4, 5, 6])],
      ['train-labels-idx1-ubyte.gz', gzipSync(idx([3], [0, 2, 1]))],
      ['t10k-images.idx3-ubyte.gz', gzipSync(idx([1, 1, 2], [7, 8]))],
      ['t10k-labels.idx1-ubyte', idx([1], [1])],
    ]),
  );
  const { train, test: held } = await readImages(folder);
  expect(train).toMatchObject({
    rows: 3,
    shape: [1, 2, 1],
    labels: Int32Array.of(0, 2, 1),
    classNames: ['0', '1', '2'],
  });
  expect(held).toMatchObject({ rows: 1, pixels: Uint8Array.of(7, 8), labels: Int32Array.of(1) });
});

test('counts of images and labels must agree', async () => {
  const folder = await folderWith(
    'counts',
    new Map([
      ['train-images-idx3-ubyte', idx([2, 1, 1], [1, 2])],
      ['train-labels-idx1-ubyte', idx([3], [0, 1, 2])],
    ]),
  );
  expect((await failure(readImages(folder))).message).toMatch(/has 3 labels for the 2 images/);
});

test('a file of images alone, its labels beside it', async () => {
  const folder = await folderWith(
    'alone',
    new Map([
      ['t10k-images-idx3-ubyte.gz', gzipSync(idx([2, 1, 1], [1, 2]))],
      ['t10k-labels-idx1-ubyte', idx([2], [1, 0])],
      ['train-labels-idx1-ubyte', idx([2], [0, 0])],
    ]),
  );
  for (const source of [folder, join(folder, 't10k-images-idx3-ubyte.gz')]) {
    const { train, test: held } = await readImages(source);
    expect([train.rows, [...train.labels!], held]).toEqual([2, [1, 0], undefined]);
  }
});

test('a cut file and a wrong magic number name the file', async () => {
  const files: readonly (readonly [string, Uint8Array, RegExp])[] = [
    [
      'short',
      idx([3, 1, 1], [1, 2]),
      /short.train-images-idx3-ubyte is not a valid IDX file: the header promises 3×1×1 = 3 bytes, there are 2/,
    ],
    [
      'magic',
      idx([2, 1, 1], [1, 2]).with(0, 80),
      /magic.train-images-idx3-ubyte is not a valid IDX file: it does not begin with two zero/,
    ],
  ];
  for (const [name, bytes, message] of files) {
    const folder = await folderWith(name, new Map([['train-images-idx3-ubyte', bytes]]));
    const error = await failure(readImages(folder));
    expect([error.kind, error.message]).toEqual(['data', expect.stringMatching(message)]);
  }
});

test('images are selected with their labels', () => {
  const images = makeImages({
    source: 'x',
    rows: 3,
    shape: [1, 2, 1],
    pixels: Uint8Array.of(1, 2, 3, 4, 5, 6),
    labels: Int32Array.of(0, 1, 0),
    classNames: ['a', 'b'],
  });
  expect(selectImages(images, [2, 0])).toMatchObject({
    rows: 2,
    pixels: Uint8Array.of(5, 6, 1, 2),
    labels: Int32Array.of(0, 0),
  });
  expect(() => makeImages({ ...images, labels: Int32Array.of(0, 1, 2) })).toThrow(/label 2 is outside/);
});
