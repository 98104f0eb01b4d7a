/** Training learns: known problems to stated accuracies, on both runtimes. */
import { describe, expect, test } from 'vitest';
import { makeSynthetic, type NumberColumn, type Table, type TextColumn } from '../../src/data/index.ts';
import { f32 } from '../../src/graph/index.ts';
import { batchNorm, dense, dropout } from '../../src/nn/index.ts';
import { expectNear } from '../../src/nn/testing.case.ts';
import { nodeWasmRuntime } from '../../src/runtime/wasm-node.ts';
import type { FitOptions, TrainingJob } from '../../src/train/index.ts';
import { follow, jobOf, smallJob } from './jobs.ts';

/** A demo of points in the plane as a job, centred. */
function plane(name: 'xor' | 'moons', hidden: Parameters<typeof jobOf>[3], more: Partial<FitOptions>): TrainingJob {
  const { columns, rows } = makeSynthetic(`demo:${name}`) as Table;
  const [x, y, label] = columns as [NumberColumn, NumberColumn, TextColumn];
  const points = Float32Array.from({ length: 2 * rows }, (_, i) => 2 * ((i % 2 === 0 ? x : y).values[i >> 1]! - 0.5));
  return jobOf('binary', f32(points, [rows, 2]), Float64Array.from(label.codes), hidden, {
    batch: 32,
    learningRate: 0.02,
    ...more,
  });
}

const accuracy = async (job: TrainingJob): Promise<number> => {
  const { result, error } = await follow(job);
  if (error) throw error;
  const { history, bestEpoch } = result!;
  expect(history[bestEpoch - 1]!.loss).toBeLessThan(history[0]!.loss);
  return history[bestEpoch - 1]!.validation.accuracy!;
};

describe('accuracy', () => {
  test('exclusive or: a hidden layer parts what a single neuron cannot', async () => {
    expect(await accuracy(plane('xor', [dense(8, 'tanh')], { epochs: 20 }))).toBeGreaterThanOrEqual(0.98);
    const alone = await follow(plane('xor', [], { epochs: 20 }));
    expect(alone.result!.history.at(-1)!.validation.accuracy).toBeLessThan(0.7);
  });

  test.each(['sgd', 'momentum', 'rmsprop', 'adam', 'adamw'] as const)('two moons by %s', async optimizer => {
    const rates = { sgd: 0.5, momentum: 0.1, rmsprop: 0.01, adam: 0.02, adamw: 0.02 };
    const job = plane('moons', [dense(16, 'relu'), dense(16, 'relu')], {
      optimizer,
      learningRate: rates[optimizer],
      epochs: 25,
    });
    expect(await accuracy(job)).toBeGreaterThanOrEqual(0.96);
  });

  test('two moons with dropout and batch norm', async () => {
    expect(
      await accuracy(plane('moons', [dense(32, 'relu'), batchNorm(), dropout(0.2)], { epochs: 25 })),
    ).toBeGreaterThanOrEqual(0.96);
  });
});

test.each(['binary', 'regression'] as const)('the native and the WebAssembly runtime train alike (%s)', async task => {
  const job = smallJob(task, [dense(8, 'tanh'), dropout(0.2)], { epochs: 5, batch: 12 });
  const native = await follow(job);
  const wasm = await follow(job, { runtime: await nodeWasmRuntime() });
  expect(wasm.events[0]).toMatchObject({ event: 'start', device: 'wasm' });
  for (const [name, values] of native.result!.parameters) expectNear(wasm.result!.parameters.get(name)!, values, 1e-4);
  expectNear(
    wasm.result!.history.map(({ loss }) => loss),
    native.result!.history.map(({ loss }) => loss),
    1e-4,
  );
});
