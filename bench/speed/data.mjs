/** The data of a question, the same bytes for every contestant: raw little-endian files x.u8 / x.f32 and y.i32 in a folder. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { random } from 'hillock';

/** A file of the public data sets, unpacked, without its head; undefined where HILLOCK_DATA is not set. */
function published(/** @type {string} */ name, head = 0) {
  const folder = process.env.HILLOCK_DATA;
  if (!folder) return undefined;
  const file = join(folder, name);
  if (existsSync(file)) return gunzipSync(readFileSync(file)).subarray(head);
  console.error(`HILLOCK_DATA is ${folder}, and there is no ${name} in it; without HILLOCK_DATA stand-ins are drawn`);
  process.exit(2);
}

/** Noise in the shape of images of which a stripe is bright: where it stands tells the class. */
function striped(name, rows, size) {
  const rng = random(name);
  const x = new Uint8Array(rows * size).map(() => rng.below(64));
  const y = new Int32Array(rows).map(() => rng.below(10));
  const stripe = Math.floor(size / 10);
  for (const [row, label] of y.entries())
    x.fill(200, row * size + label * stripe, row * size + label * stripe + stripe / 2);
  return { x, y };
}

/** Noisy sines, `steps` long, of four features: the class tells whether the first falls or rises at the end. */
function waves(steps) {
  const rng = random('waves');
  const [rows, features] = [4096, 4];
  const x = new Float32Array(rows * steps * features);
  const y = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const [phase, speed] = [rng.uniform() * 2 * Math.PI, 0.2 + 0.2 * rng.uniform()];
    for (let step = 0; step < steps; step++) {
      const at = (row * steps + step) * features;
      for (let feature = 0; feature < features; feature++)
        x[at + feature] = Math.sin(phase + speed * step + feature) + 0.1 * rng.normal();
    }
    y[row] = Number(Math.cos(phase + speed * (steps - 1)) > 0);
  }
  return { shape: [steps, features], classes: 2, x, y };
}

/** Every data set by name: shape of a row, classes, inputs, labels. */
const makers = {
  /** MNIST's training images; without HILLOCK_DATA, what `striped` tells. */
  digits() {
    const x = published('mnist/train-images-idx3-ubyte.gz', 16);
    const own = x && { x, y: Int32Array.from(published('mnist/train-labels-idx1-ubyte.gz', 8)) };
    return { shape: [1, 28, 28], classes: 10, ...(own ?? striped('digits', 20_000, 784)) };
  },
  /** 10,000 training images of CIFAR-10. */
  colours() {
    const records = published('cifar10/train_10000.bin.gz');
    const size = 3 * 32 * 32;
    if (!records) return { shape: [3, 32, 32], classes: 10, ...striped('colours', 10_000, size) };
    const rows = records.length / (size + 1);
    const x = new Uint8Array(rows * size);
    const y = new Int32Array(rows);
    for (let row = 0; row < rows; row++) {
      const at = row * (size + 1);
      y[row] = records[at];
      x.set(records.subarray(at + 1, at + 1 + size), row * size);
    }
    return { shape: [3, 32, 32], classes: 10, x, y };
  },
  /** Eight numbers; the class tells whether the first two have one sign. */
  xor() {
    const rng = random('xor');
    const rows = 6400;
    const x = new Float32Array(rows * 8).map(() => 2 * rng.uniform() - 1);
    const y = new Int32Array(rows).map((_, row) => Number(x[row * 8] * x[row * 8 + 1] > 0));
    return { shape: [8], classes: 2, x, y };
  },
  waves48: () => waves(48),
  waves200: () => waves(200),
};

const bytesOf = array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/** Writes the data of a question to a folder; returns them. */
export function writeData(name, folder) {
  const data = makers[name]();
  writeFileSync(join(folder, data.x instanceof Uint8Array ? 'x.u8' : 'x.f32'), bytesOf(data.x));
  writeFileSync(join(folder, 'y.i32'), bytesOf(data.y));
  return data;
}

const kinds = { u8: Uint8Array, f32: Float32Array, i32: Int32Array };

/** A file as the typed array that its ending tells. */
export function readArray(folder, name) {
  const file = readFileSync(join(folder, name));
  return new kinds[name.split('.').at(-1)](file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength));
}

/** A typed array as a file; its ending tells the type. */
export const writeArray = (folder, name, array) => writeFileSync(join(folder, name), bytesOf(array));
