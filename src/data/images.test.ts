import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HillockError } from '../errors.ts';
import { decodeIdx } from './idx.ts';
import { readIdxFolder } from './idx-folder.ts';
import { makeImages, selectImages } from './images.ts';
import { failure, temporaryFiles } from './testing.case.ts';

const write = temporaryFiles();

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
  const { train, test: held } = await readIdxFolder(folder);
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
  expect((await failure(readIdxFolder(folder))).message).toMatch(/has 3 labels for the 2 images/);
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
