import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { HillockError } from '../errors.ts';
import { readAll } from './files.ts';
import { decodeIdx } from './idx.ts';
import { type Images, type ImagesSplit, makeImages } from './images.ts';

const parts = { train: /^train\b/, test: /^(?:t10k|test)\b/ };
const imagesFile = /images[.-]idx3-ubyte(?:\.gz)?$/;
const labelsFile = /labels[.-]idx1-ubyte(?:\.gz)?$/;

/** Reads a folder of IDX files: train-images-idx3-ubyte, train-labels-idx1-ubyte and the t10k pair, plain or .gz. */
export async function readIdxFolder(folder: string): Promise<ImagesSplit> {
  const entries = (await readdir(folder)).sort();
  const train = await readPart(folder, entries, parts.train);
  if (!train) {
    const shown = entries.slice(0, 5).join(', ') + (entries.length > 5 ? ', …' : '');
    throw new HillockError(
      'data',
      `${folder} is a folder without data that can be read; it holds ${entries.length === 0 ? 'nothing' : shown}`,
      'give a table file, or a folder with train-images-idx3-ubyte and train-labels-idx1-ubyte (plain or .gz)',
    );
  }
  const test = await readPart(folder, entries, parts.test);
  if (test && test.shape.join() !== train.shape.join()) {
    throw new HillockError(
      'data',
      `${folder}: training images are ${train.shape.join('×')}, test images ${test.shape.join('×')}`,
    );
  }
  return { kind: 'images-split', source: folder, train, ...(test && { test }) };
}

async function readPart(folder: string, entries: readonly string[], part: RegExp): Promise<Images | undefined> {
  const imagesName = entries.find(name => part.test(name) && imagesFile.test(name));
  const labelsName = entries.find(name => part.test(name) && labelsFile.test(name));
  if (!imagesName) return undefined;
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
