import fc from 'fast-check';
import type { ImagesSplit } from '../../../src/data/images.ts';
import { readSource } from '../../../src/data/source.ts';
import { differs, first, reader, type Verdict } from '../reader.ts';

const plane = 1024;

/** The records of a file if each begins with so many labels. */
function judgeAs(bytes: Uint8Array, labels: number, { train }: ImagesSplit): Verdict {
  const length = labels + 3 * plane;
  const rows = bytes.length / length;
  const pixel = (row: number, i: number): number => bytes[row * length + labels + (i % 3) * plane + Math.floor(i / 3)]!;
  return first(
    differs('rows', train.rows, rows),
    differs(
      'labels',
      [...(train.labels ?? [])],
      Array.from({ length: rows }, (_, row) => bytes[row * length + labels - 1]),
    ),
    train.pixels.every((value, i) => value === pixel(Math.floor(i / (3 * plane)), i % (3 * plane)))
      ? undefined
      : 'other pixels',
  );
}

export const cifar = reader<ImagesSplit>({
  name: 'cifar',
  file: 'data_batch_1.bin',
  read: async file => (await readSource(file)) as ImagesSplit,
  valid: fc
    .record({
      rows: fc.integer({ min: 1, max: 3 }),
      labels: fc.integer({ min: 1, max: 2 }),
      seed: fc.nat(),
      label: fc.nat(9),
    })
    .map(({ rows, labels, seed, label }) => {
      const length = labels + 3 * plane;
      const bytes = Uint8Array.from({ length: rows * length }, (_, i) =>
        i % length < labels ? label : Math.imul(i + seed, 2654435761) >>> 24,
      );
      return { bytes, judge: split => judgeAs(bytes, labels, split) };
    }),
  judge: (bytes, split) => judgeAs(bytes, split.target === undefined ? 1 : 2, split),
  words: [],
});
