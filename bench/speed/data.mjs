/** The data of a question, the same bytes for every contestant: raw little-endian files x.u8 / x.f32 and y.i32 in a folder. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { random } from 'hillock';

const makers = {
  /** MNIST's training images from HILLOCK_DATA; without it, noise that has their shape and a rule to learn. */
  digits() {
    if (process.env.HILLOCK_DATA) {
      const read = (name, head) =>
        gunzipSync(readFileSync(join(process.env.HILLOCK_DATA, 'mnist', name))).subarray(head);
      return {
        rows: 60000,
        x: read('train-images-idx3-ubyte.gz', 16),
        y: Int32Array.from(read('train-labels-idx1-ubyte.gz', 8)),
      };
    }
    const rng = random('digits');
    const rows = 20000;
    const x = new Uint8Array(rows * 784).map(() => rng.below(64));
    const y = new Int32Array(rows).map(() => rng.below(10));
    for (const [row, label] of y.entries()) x.fill(200, row * 784 + label * 78, row * 784 + label * 78 + 40);
    return { rows, x, y };
  },
  /** Eight numbers; the class tells whether the first two have one sign. */
  xor() {
    const rng = random('xor');
    const rows = 6400;
    const x = new Float32Array(rows * 8).map(() => 2 * rng.uniform() - 1);
    return { rows, x, y: new Int32Array(rows).map((_, row) => Number(x[row * 8] * x[row * 8 + 1] > 0)) };
  },
};

export function writeData(name) {
  const folder = mkdtempSync(join(tmpdir(), 'hillock-bench-'));
  const { rows, x, y } = makers[name]();
  const file = join(folder, x instanceof Uint8Array ? 'x.u8' : 'x.f32');
  writeFileSync(file, new Uint8Array(x.buffer, x.byteOffset, x.byteLength));
  writeFileSync(join(folder, 'y.i32'), new Uint8Array(y.buffer));
  return { folder, rows };
}

/** The files of `writeData` as typed arrays; pixels stay bytes. */
export function readData(folder, kind) {
  const bytes = name => {
    const file = readFileSync(join(folder, name));
    return file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength);
  };
  const x = kind === 'digits' ? new Uint8Array(bytes('x.u8')) : new Float32Array(bytes('x.f32'));
  return { x, y: new Int32Array(bytes('y.i32')) };
}
