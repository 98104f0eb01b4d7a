import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HillockError } from '../errors.ts';
import { readAll } from './files.ts';
import { decodeIdx } from './idx.ts';
import type { ImageSource, Place } from './image-source.ts';
import { type Images, type ImagesSplit, makeImages } from './images.ts';

const parts = { train: /^train\b/, test: /^(?:t10k|test)\b/ };
const imagesFile = /images[.-]idx3-ubyte(?:\.gz)?$/;

/** IDX files of images and their labels: a folder with a training and a test pair, or one file of images. */
export const idxSource: ImageSource = {
  name: 'IDX images',
  named: 'train-images-idx3-ubyte with train-labels-idx1-ubyte, and the t10k pair; or one file of images; plain or .gz',
  hasClasses: () => true,
  matches: ({ folder, entries }) =>
    entries.some(name => imagesFile.test(name) && (!folder || parts.train.test(name) || parts.test.test(name))),
  read: place => (place.folder ? readFolder(place) : readFile(place)),
};

async function readFolder({ path, entries }: Place): Promise<ImagesSplit> {
  const [train, test] = await Promise.all([parts.train, parts.test].map(part => readPart(path, entries, part)));
  if (train && test && test.shape.join() !== train.shape.join()) {
    throw new HillockError(
      'data',
      `${path}: training images are ${train.shape.join('×')}, test images ${test.shape.join('×')}`,
    );
  }
  return { kind: 'images-split', source: path, train: (train ?? test)!, ...(train && test && { test }) };
}

async function readFile({ path, entries }: Place): Promise<ImagesSplit> {
  const folder = dirname(path);
  const train = await readPair(folder, entries[0]!, (await readdir(folder)).sort());
  return { kind: 'images-split', source: path, train };
}

async function readPart(folder: string, entries: readonly string[], part: RegExp): Promise<Images | undefined> {
  const name = entries.find(entry => part.test(entry) && imagesFile.test(entry));
  return name === undefined ? undefined : readPair(folder, name, entries);
}

/** A file of images with the labels beside it. */
async function readPair(folder: string, imagesName: string, entries: readonly string[]): Promise<Images> {
  const beginning = imagesName.slice(0, imagesName.search(imagesFile));
  const labelsName = entries.find(
    name => name.startsWith(beginning) && /^labels[.-]idx1-ubyte(?:\.gz)?$/.test(name.slice(beginning.length)),
  );
  const source = join(folder, imagesName);
  const images = decodeIdx(await readAll(source), source);
  const [rows, height, width] = images.shape;
  if (images.shape.length !== 3 || !rows || !height || !width) {
    throw new HillockError('data', `${source} has shape ${images.shape.join('×')}, expected images × height × width`);
  }
  let labels: Int32Array | null = null;
  if (labelsName) {
    const name = join(folder, labelsName);
    const decoded = decodeIdx(await readAll(name), name);
    if (decoded.shape.length !== 1 || decoded.shape[0] !== rows) {
      throw new HillockError('data', `${name} has ${decoded.shape[0]} labels for the ${rows} images of ${imagesName}`);
    }
    labels = Int32Array.from(decoded.values);
  }
  const classes = labels ? labels.reduce((most, label) => Math.max(most, label), 0) + 1 : 0;
  const classNames = Array.from({ length: Math.max(classes, labels ? 2 : 0) }, (_, k) => String(k));
  return makeImages({ source, rows, shape: [height, width, 1], pixels: images.values, labels, classNames });
}
