/** Rows on a disk: each is there once, mixed, and each is learned from once in an epoch. */
import { access } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { f32, floats, i32 } from '../graph/index.ts';
import { random } from '../random.ts';
import type { TrainingJob } from '../train/index.ts';
import { blockFeed } from './block-feed.ts';
import { blockReader, keepRows } from './blocks.ts';

const [rows, width] = [300_000, 20];
const learned = {
  rows: rows + 5,
  width,
  async *records() {
    for (let first = 0; first < rows; first += 7000) {
      const made = new Float32Array(Math.min(7000, rows - first) * width);
      const classes = new Int32Array(made.buffer);
      for (let i = 0; i < made.length / width; i++) {
        made.fill(first + i, i * width, (i + 1) * width - 1);
        classes[(i + 1) * width - 1] = (first + i) % 3;
      }
      yield made;
    }
  },
};
const batch = 128;
const job = {
  x: f32(new Float32Array(0), [0, width - 1]),
  y: i32([], [0, 1]),
  trainRows: new Int32Array(),
  options: { batch },
} as unknown as TrainingJob;

test('an epoch reads every row but less than a batch of each block once, from everywhere, in another order than the one before', async () => {
  const { blocks, remove } = await keepRows(learned, random(1));
  try {
    expect(blocks.rows.length).toBeGreaterThan(1);
    expect(blocks.rows.reduce((a, b) => a + b)).toBe(rows);
    expect(Math.max(...blocks.rows) - Math.min(...blocks.rows)).toBeLessThanOrEqual(1);
    const feed = blockFeed({ ...job, blocks }, blocks, await blockReader(blocks), random(2));
    const steps = blocks.rows.reduce((sum, n) => sum + Math.floor(n / batch), 0);
    const epochs: number[][] = [];
    for (const epoch of [0, 1]) {
      const seen: number[] = [];
      for (let step = 0; step < steps; ) {
        const { x, y, left, rows: take } = await feed.at(epoch * steps + step);
        const size = Math.min(left, 100);
        for (const row of take(size)) {
          const value = floats(x)[row * (width - 1)]!;
          const whole = floats(x)[(row + 1) * (width - 1) - 1] === value && (y.data as Int32Array)[row] === value % 3;
          if (!whole) expect.fail(`row ${value} is torn`);
          seen.push(value);
        }
        step += size;
      }
      expect(new Set(seen).size).toBe(steps * batch);
      epochs.push(seen);
    }
    expect(epochs[0]).not.toEqual(epochs[1]);
    const firstBatch = epochs[0]!.slice(0, batch);
    expect(Math.min(...firstBatch)).toBeLessThan(rows / 10);
    expect(Math.max(...firstBatch)).toBeGreaterThan((9 * rows) / 10);
  } finally {
    await remove();
  }
  await expect(access(blocks.file)).rejects.toThrow();
});
