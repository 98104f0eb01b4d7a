/** Convolutions in the form that training gives them, through whole runs against PyTorch. */
import { expect, test } from 'vitest';
import { f32, type Tensor } from '../../src/graph/index.ts';
import { conv2d, flatten, maxPool, place } from '../../src/nn/index.ts';
import { expectNear, golden } from '../../src/nn/testing.case.ts';
import { optimizers } from '../../src/optim/index.ts';
import { trainingProgram } from '../../src/train/index.ts';
import { follow, jobOf } from './jobs.ts';

interface Run {
  readonly optimizer: 'sgd' | 'adam';
  readonly options: { readonly lr: number };
  readonly losses: readonly number[];
}

const rows = 12;
const weights: Readonly<Record<string, readonly number[]>> = {
  'conv2d1.weight': [16, 2, 3, 3],
  'conv2d2.weight': [16, 16, 3, 3],
  'conv2d3.weight': [16, 16, 5, 5],
  'dense1.weight': [256, 3],
};
const biases: Readonly<Record<string, number>> = {
  'conv2d1.bias': 16,
  'conv2d2.bias': 16,
  'conv2d3.bias': 16,
  'dense1.bias': 3,
};

/** The numbers that scripts/goldens/fit_planes.py tells. */
function spread(shape: readonly number[], seed: number, scale: number): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  const value = (i: number): number => scale * (((i * 7919 + seed * 104729) % 1999) / 1999 - 0.5);
  return f32(
    Float32Array.from({ length: size }, (_, i) => value(i)),
    shape,
  );
}

const same = { padding: 'same' } as const;
const layers = [
  conv2d(16, 3, 'relu', same),
  conv2d(16, 3, 'relu', same),
  maxPool(2),
  conv2d(16, 5, 'relu', same),
  flatten(),
];

test.each(golden<{ runs: Run[] }>('fit-planes').runs.map(run => [run.optimizer, run] as const))(
  'losses by %s are those of PyTorch',
  async (_, { optimizer, options, losses }) => {
    const truths = Float64Array.from({ length: rows }, (_, i) => i % 3);
    const job = jobOf('multiclass', spread([rows, 2, 8, 8], 1, 4), truths, layers, {
      optimizer,
      learningRate: options.lr,
      batch: rows,
      epochs: losses.length,
      trainRows: rows,
    });
    const { model } = trainingProgram(job, place(job.network, job.inputShape));
    expect(Buffer.from(model).includes('Einsum'), 'maps are turned').toBe(true);
    const arrays = new Map<string, Float32Array>();
    const put = (name: string, values: Float32Array): void => {
      arrays.set(name, values);
      for (const slot of optimizers[optimizer].slots) arrays.set(`${name}:${slot}`, new Float32Array(values.length));
    };
    Object.entries(weights).forEach(([name, shape], i) => {
      const fanIn = shape.length === 2 ? shape[0]! : shape.slice(1).reduce((a, b) => a * b, 1);
      put(name, spread(shape, 2 + i, Math.sqrt(24 / fanIn)).data as Float32Array);
    });
    for (const [name, size] of Object.entries(biases)) put(name, new Float32Array(size));
    const { result, error } = await follow(job, { resume: { step: 0, arrays, lossSum: 0, best: null, history: [] } });
    expect(error).toBeUndefined();
    expectNear(
      result!.history.map(({ loss }) => loss),
      losses,
      1e-4,
    );
    expect(losses.at(-1)!).toBeLessThan(0.9 * losses[0]!);
  },
);
