import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Images, ImagesSplit } from './images.ts';
import { checkImageMemory } from './memory.ts';
import { readPictureFiles } from './picture-source.ts';
import { readSource, type SourceOptions } from './source.ts';
import { failure, temporaryFiles } from './testing.case.ts';

const write = temporaryFiles();
let root = '';
beforeAll(async () => {
  root = dirname(await write('mark', ''));
});

type Content = Sharp | Uint8Array | string;

/** A folder with files at the given paths. */
async function folderWith(name: string, files: Readonly<Record<string, Content>>): Promise<string> {
  const folder = join(root, name);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(
      join(folder, path),
      typeof content === 'string' || content instanceof Uint8Array ? content : await content.toBuffer(),
    );
  }
  return folder;
}

const picture = (width: number, height: number, background: string): Sharp =>
  sharp({ create: { width, height, channels: 3, background } });
const grey = (width: number, height: number, shade: number): Sharp =>
  picture(width, height, `rgb(${shade},${shade},${shade})`).toColourspace('b-w').png();
const red = (width = 4, height = 3): Sharp => picture(width, height, '#f00').png();
const blue = (width = 4, height = 3): Sharp => picture(width, height, '#00f').png();

async function images(source: string, options: SourceOptions = {}): Promise<ImagesSplit> {
  const data = await readSource(source, options);
  if (data.kind === 'table') throw new Error('a table');
  return data;
}
const notes = ({ notes: all }: Images): string[] => all.map(({ message }) => message);
const firstPixel = ({ shape, pixels }: Images, row: number): number[] => {
  const at = row * shape[0] * shape[1] * shape[2];
  return [...pixels.subarray(at, at + shape[2])];
};

describe('folders', () => {
  test('a folder a class, whatever else lies there; the same order every time', async () => {
    const folder = await folderWith('classes', {
      'cat/b.PNG': red(),
      'cat/a.jpg': picture(4, 3, '#f00').jpeg({ quality: 100 }),
      'cat/deeper/c.png': red(),
      'cat/.hidden.png': 'x',
      'cat/._b.PNG': 'x',
      'cat/notes.txt': 'x',
      'ant/10.jpeg': picture(4, 3, '#00f').jpeg(),
      'ant/9.webp': picture(4, 3, '#00f').webp(),
      'empty/readme.md': 'x',
      '.git/x.png': 'x',
      '__MACOSX/cat/b.png': 'x',
      'loose.png': blue(),
    });
    await mkdir(join(folder, 'nothing'));
    const { train, test: held } = await images(folder);
    expect(held).toBeUndefined();
    expect(train.classNames).toEqual(['ant', 'cat']);
    expect(train.names).toEqual(['ant/10.jpeg', 'ant/9.webp', 'cat/a.jpg', 'cat/b.PNG', 'cat/deeper/c.png']);
    expect([...train.labels!]).toEqual([0, 0, 1, 1, 1]);
    expect([train.shape, firstPixel(train, 3)]).toEqual([
      [3, 4, 3],
      [255, 0, 0],
    ]);
    expect(notes(train)).toEqual([
      'folders without pictures are no classes: empty, nothing',
      'pictures outside the class folders are left out: loose.png',
      'files that are no pictures are left out: cat/notes.txt, empty/readme.md',
    ]);
    expect((await images(folder)).train.fingerprint).toBe(train.fingerprint);
  });

  test.each([
    ['train', 'test', []],
    ['Training', 'val', ['the test part is the folder val']],
  ])('parts: %s and %s', async (train, held, told) => {
    const folder = await folderWith(`parts-${held}`, {
      [`${train}/cat/1.png`]: red(),
      [`${train}/dog/2.png`]: blue(),
      [`${held}/dog/3.png`]: grey(4, 3, 9),
    });
    const split = await images(folder);
    expect([split.train.names, split.test!.names]).toEqual([
      [`${train}/cat/1.png`, `${train}/dog/2.png`],
      [`${held}/dog/3.png`],
    ]);
    expect([split.test!.classNames, notes(split.train)]).toEqual([
      ['dog'],
      [...told, `${held}/dog/3.png is grey, taken as colour`],
    ]);
  });

  test('train, test and val: val is left out and said so', async () => {
    const folder = await folderWith('three', {
      'train/cat/1.png': red(),
      'train/dog/1.png': blue(),
      'val/cat/1.png': blue(),
      'test/cat/2.png': grey(4, 3, 1),
    });
    const split = await images(folder);
    expect([split.test!.rows, notes(split.train)[0]]).toEqual([1, 'left out beside train and test: val']);
  });

  test('train may be a class, and a folder around the classes is looked through', async () => {
    const vehicles = await folderWith('outer', { 'inner/train/1.png': red(), 'inner/boat/2.png': blue() });
    const { train } = await images(vehicles);
    expect([train.classNames, train.names]).toEqual([
      ['boat', 'train'],
      ['inner/boat/2.png', 'inner/train/1.png'],
    ]);
  });

  test('pictures without class folders have no labels', async () => {
    const { train } = await images(await folderWith('flat', { '2.png': red(), '1.png': blue(), 'x.csv': 'a' }));
    expect([train.labels, train.classNames, train.names]).toEqual([null, [], ['1.png', '2.png']]);
  });

  test('links are followed, and not in a circle', async () => {
    const folder = await folderWith('links', { 'cat/1.png': red(), 'dog/1.png': blue() });
    await symlink(join(folder, 'cat'), join(folder, 'cat', 'again'));
    await symlink(join(folder, 'dog', '1.png'), join(folder, 'dog', '2.png'));
    expect((await images(folder)).train.names).toEqual(['cat/1.png', 'dog/1.png', 'dog/2.png']);
  });

  test('a folder without pictures', async () => {
    const folder = await folderWith('none', { 'cat/notes.txt': 'x' });
    expect((await failure(images(folder))).message).toMatch(/is a folder without data that can be read; it holds cat/);
  });
});

/** Two flat grey images of 4×4, as IDX. */
const idxFolder = (name: string): Promise<string> => {
  const numbers = (...values: number[]): number[] => values.flatMap(value => [0, 0, 0, value]);
  const pixels = [...new Array<number>(16).fill(9), ...new Array<number>(16).fill(200)];
  return folderWith(name, {
    'train-images-idx3-ubyte': Uint8Array.from([0, 0, 8, 3, ...numbers(2, 4, 4), ...pixels]),
    'train-labels-idx1-ubyte': Uint8Array.from([0, 0, 8, 1, ...numbers(2), 0, 1]),
  });
};

describe('one size for all', () => {
  test('all alike stay as they are', async () => {
    const { train } = await images(await folderWith('alike', { 'a/1.png': red(100, 80), 'b/1.png': blue(100, 80) }));
    expect([train.shape, notes(train)]).toEqual([[80, 100, 3], []]);
  });

  test('mixed sizes become the median, at most 64, and it is said', async () => {
    const files = {
      'a/1.png': red(300, 100),
      'a/2.png': red(200, 100),
      'b/1.png': blue(100, 50),
      'b/2.png': blue(200, 100),
    };
    const { train } = await images(await folderWith('mixed', files));
    expect(train.shape).toEqual([32, 64, 3]);
    expect(notes(train)).toEqual([
      'all 4 pictures are resized to 32×64 (height × width), stretched where the proportions differ: they had 100×300, 100×200, 50×100; --image-size N takes N×N',
    ]);
  });

  test('small mixed sizes are not enlarged beyond the median', async () => {
    const files = { 'a/1.png': red(10, 10), 'a/2.png': red(20, 22), 'b/1.png': blue(30, 24) };
    const { train } = await images(await folderWith('small', files));
    expect([train.shape, notes(train)[0]]).toEqual([
      [22, 20, 3],
      expect.stringMatching(/^2 of 3 pictures are resized to 22×20/),
    ]);
  });

  test('large pictures that are all alike shrink', async () => {
    const { train } = await images(await folderWith('large', { 'a/1.png': red(600, 300), 'b/1.png': blue(600, 300) }));
    expect(train.shape).toEqual([32, 64, 3]);
  });

  test('--image-size gives the size, of any images', async () => {
    const folder = await folderWith('asked', { 'a/1.png': red(30, 20), 'b/1.png': blue(30, 20) });
    const { train } = await images(folder, { imageSize: 7 });
    expect([train.shape, firstPixel(train, 1)]).toEqual([
      [7, 7, 3],
      [0, 0, 255],
    ]);
    expect(notes(train)[0]).toMatch(/^all 2 pictures are resized to 7×7 .*they had 20×30$/);
    const numbers = await images(await idxFolder('numbers'), { imageSize: 2 });
    expect([numbers.train.shape, [...numbers.train.pixels], notes(numbers.train)]).toEqual([
      [2, 2, 1],
      [9, 9, 9, 9, 200, 200, 200, 200],
      ['images of 4×4×1 are brought to 2×2×1 (height × width × channels)'],
    ]);
  });

  test('the shape of a model: another size and number of channels', async () => {
    const folder = await folderWith('model', { 'a/1.png': red(30, 20), 'b/1.png': grey(5, 6, 77) });
    const { train } = await images(folder, { shape: [6, 5, 1] });
    expect([train.shape, firstPixel(train, 0), firstPixel(train, 1)]).toEqual([[6, 5, 1], [127], [77]]);
    expect(notes(train)).toEqual([
      'a/1.png is resized to 6×5 (height × width), stretched where the proportions differ: they had 20×30',
      'a/1.png is turned from colour into grey',
    ]);
    const told: number[] = [];
    const coloured = await images(await idxFolder('coloured'), {
      shape: [4, 4, 3],
      onProgress: (done, total) => told.push(done / total),
    });
    expect([...coloured.train.pixels]).toEqual([...new Array(48).fill(9), ...new Array(48).fill(200)]);
    expect(told).toEqual([0.5, 1]);
  });

  test('too many pixels for the memory', () => {
    expect(() => checkImageMemory('photos', 1000, [1000, 1000, 3], 1e9)).toThrow(
      /photos is too large: its 1,000 images of 1000×1000×3 need about 12.0 GB of memory, this machine has 1.0 GB/,
    );
    expect(() => checkImageMemory('photos', 1000, [64, 64, 3], 1e9)).not.toThrow();
  });
});

describe('pictures that cannot be used', () => {
  const many = (count: number, broken: readonly number[]): Record<string, Content> =>
    Object.fromEntries(
      Array.from({ length: count }, (_, i) => [
        `${i % 2 ? 'a' : 'b'}/${String(i).padStart(3, '0')}.png`,
        broken.includes(i) ? 'broken' : grey(2, 2, i),
      ]),
    );

  test('one is left out by name; its neighbours keep their pixels', async () => {
    const { train } = await images(await folderWith('one', many(6, [2])));
    expect([train.rows, train.names!.includes('b/002.png')]).toEqual([5, false]);
    expect(train.names!.map((name, row) => [Number(name.slice(2, 5)), ...firstPixel(train, row)])).toEqual(
      [1, 3, 5, 0, 4].map(i => [i, i]),
    );
    expect(train.rejected).toEqual([{ name: 'b/002.png', message: 'not a picture that can be decoded', before: 4 }]);
    expect(notes(train)).toEqual(['1 picture cannot be decoded: b/002.png: not a picture that can be decoded']);
  });

  test('more than 5 % is an error that names them, unless a model is asked about them', async () => {
    const folder = await folderWith('several', many(20, [3, 4]));
    const error = await failure(images(folder));
    expect([error.kind, error.message]).toEqual([
      'data',
      expect.stringMatching(/2 of 20 pictures cannot be decoded: a\/003.png: not a .*; b\/004.png/),
    ]);
    expect((await images(folder, { shape: [2, 2, 1] })).train.rows).toBe(18);
    expect((await images(await folderWith('few', many(40, [3, 4])))).train.rows).toBe(38);
  });

  test('a file that is cut off in the middle of its pixels', async () => {
    const whole = await sharp(
      Uint8Array.from({ length: 300 }, (_, i) => i * 97),
      { raw: { width: 10, height: 10, channels: 3 } },
    )
      .png()
      .toBuffer();
    const path = await write('cut.png', whole.subarray(0, 200));
    const error = await failure(readPictureFiles([path]));
    expect([error.kind, error.message]).toEqual([
      'data',
      expect.stringMatching(/cut\.png cannot be read: damaged or cut off/),
    ]);
  });

  test('none that can be decoded', async () => {
    const folder = await folderWith('all', { 'a/1.png': 'x', 'b/1.png': '' });
    const error = await failure(images(folder));
    expect(error.message).toMatch(
      /none of the 2 pictures can be decoded: a\/1.png: not a .*; b\/1.png: the file is empty/,
    );
  });
});

test('the same picture in two classes, and in training and test', async () => {
  const folder = await folderWith('twins', {
    'train/cat/1.png': red(),
    'train/cat/2.png': grey(4, 3, 5),
    'train/dog/1.png': picture(4, 3, '#f00').webp({ lossless: true }),
    'test/cat/9.png': grey(4, 3, 5),
  });
  expect(notes((await images(folder)).train).slice(-2)).toEqual([
    'the same picture stands in two classes, once: train/cat/1.png and train/dog/1.png',
    '1 test picture is a training picture too, so the test flatters: test/cat/9.png',
  ]);
});

describe('single files', () => {
  test('a picture by its name or by how it begins; several in the order given', async () => {
    const png = await write('one.png', await red().toBuffer());
    const unnamed = await write('scan', await picture(5, 5, '#123').jpeg().toBuffer());
    expect((await images(png)).train).toMatchObject({ rows: 1, labels: null, names: [png], shape: [3, 4, 3] });
    expect((await images(unnamed)).train).toMatchObject({ rows: 1, shape: [5, 5, 3] });
    const both = await readPictureFiles([unnamed, png, unnamed], { shape: [2, 2, 1] });
    expect(both.names).toEqual([unnamed, png, unnamed]);
    expect(firstPixel(both, 1)).toEqual([127]);
  });

  test('progress is told up to the end', async () => {
    const folder = await folderWith('progress', { 'a/1.png': red(), 'a/2.png': red(), 'b/1.png': blue() });
    const told: (readonly [number, number])[] = [];
    await images(folder, { onProgress: (done, total) => told.push([done, total]) });
    expect(told).toEqual([1, 2, 3, 4, 5, 6].map(done => [done, 6]));
  });
});
