/** Steps of a forecast that are not told give no gradient, and a member learns from its own rows: one step by hand. */
import { expect, test } from 'vitest';
import type { ForecastEncoding } from '../../src/features/index.ts';
import { f32, floats } from '../../src/graph/index.ts';
import { dense, network } from '../../src/nn/index.ts';
import { random } from '../../src/random.ts';
import type { TrainingJob } from '../../src/train/index.ts';
import { follow, options, range } from './jobs.ts';

const [rows, columns, horizon] = [12, 4, 3];
const rng = random(11).split('untold');
const x = Float32Array.from({ length: rows * columns }, () => rng.normal());
const truths = Float64Array.from({ length: rows * horizon }, (_, i) => (i % 5 === 2 ? Number.NaN : rng.normal()));

function job(members: number, learningRate: number): TrainingJob {
  const target: ForecastEncoding = {
    version: 1,
    name: 'sales',
    task: 'forecast',
    horizon,
    log: false,
    limit: 100,
    intervals: [],
  };
  // The first member does not learn from the first four rows.
  const weights = Float32Array.from({ length: rows * members }, (_, i) => Number(i % members > 0 || i / members >= 4));
  return {
    network: network([dense(horizon)], members > 1 ? { members } : {}),
    inputShape: [columns],
    target,
    x: f32(x, [rows, columns]),
    y: f32(Float32Array.from(truths), [rows, horizon]),
    anchors: f32(
      Float32Array.from({ length: rows * (horizon + 1) }, (_, i) => Number(i % 4 === 3)),
      [rows, horizon + 1],
    ),
    truths,
    errorScales: new Float64Array(rows).fill(1),
    ...(members > 1 ? { rowWeights: f32(weights, [rows, members]) } : {}),
    trainRows: range(0, 8),
    validationRows: range(8, rows),
    testRows: new Int32Array(),
    options: { ...options, optimizer: 'sgd', epochs: 1, batch: 8, learningRate, monitor: 'mae' },
  };
}

test.each([1, 2])('%i members', async members => {
  const [still, moved] = await Promise.all([1e-30, 0.5].map(rate => follow(job(members, rate))));
  const parameters = (of: typeof still): readonly Float32Array[] => [...of!.result!.parameters.values()];
  const [[w0, b0], [w1, b1]] = [parameters(still), parameters(moved)];
  const learned = members === 1 ? 1 : (4 + 8) / 16;
  for (let member = 0; member < members; member++) {
    const wAt = (i: number, k: number): number => (member * columns + i) * horizon + k;
    for (let k = 0; k < horizon; k++) {
      const slope = new Float64Array(columns + 1);
      for (let row = members > 1 && member === 0 ? 4 : 0; row < 8; row++) {
        const truth = truths[row * horizon + k]!;
        if (Number.isNaN(truth)) continue;
        let error = b0![member * horizon + k]! - truth;
        for (let i = 0; i < columns; i++) error += x[row * columns + i]! * w0![wAt(i, k)]!;
        const factor = (2 * error) / (8 * horizon * learned);
        for (let i = 0; i < columns; i++) slope[i]! += factor * x[row * columns + i]!;
        slope[columns]! += factor;
      }
      for (let i = 0; i < columns; i++) expect(w1![wAt(i, k)]).toBeCloseTo(w0![wAt(i, k)]! - 0.5 * slope[i]!, 5);
      expect(b1![member * horizon + k]).toBeCloseTo(b0![member * horizon + k]! - 0.5 * slope[columns]!, 5);
    }
  }
  expect(floats(f32(w1!, [w1!.length])).some(Number.isNaN)).toBe(false);
});
