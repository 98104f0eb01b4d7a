/** Whole training runs against PyTorch: the same network, first weights and rows, many steps. */
import { describe, expect, test } from 'vitest';
import type { Tensor } from '../../src/graph/index.ts';
import { type LayerSpec, parseNetwork } from '../../src/nn/index.ts';
import { expectNear, type GoldenTensor, golden, goldenTensor } from '../../src/nn/testing.case.ts';
import { optimizers } from '../../src/optim/index.ts';
import type { FitState, TrainingJob } from '../../src/train/index.ts';
import { follow, jobOf, type RowTask } from './jobs.ts';

interface Run {
  readonly task: RowTask;
  readonly layers: readonly (readonly [string, number?, string?])[];
  readonly optimizer: 'sgd' | 'adam';
  readonly options: { readonly lr: number };
  readonly x: GoldenTensor;
  readonly target: GoldenTensor;
  readonly initial: Readonly<Record<string, GoldenTensor>>;
  readonly losses: readonly number[];
  readonly final: Readonly<Record<string, GoldenTensor>>;
}

interface ImageRun extends Omit<Run, 'task' | 'layers'> {
  readonly network: unknown;
}

const { runs } = golden<{ runs: Run[] }>('fit');
const images = golden<{ runs: ImageRun[] }>('fit-images').runs;

function specs(layers: Run['layers']): readonly LayerSpec[] {
  const data = layers.map(([kind, units, activation]) => (kind === 'dense' ? { kind, units, activation } : { kind }));
  return parseNetwork({ layers: data }).layers;
}

function jobFrom(
  { optimizer, options, x, target, losses }: Omit<Run, 'task' | 'layers'>,
  task: RowTask,
  layers: readonly LayerSpec[],
): TrainingJob {
  const rows = x.shape[0]!;
  return jobOf(task, goldenTensor(x), Float64Array.from(target.data), layers.slice(0, -1), {
    optimizer,
    learningRate: options.lr,
    batch: rows,
    epochs: losses.length,
    trainRows: rows,
  });
}

/** The state before the first step, with these parameters. */
function startOf({ initial, optimizer }: Pick<Run, 'initial' | 'optimizer'>): FitState {
  const arrays = new Map<string, Float32Array>();
  const put = (name: string, tensor: Tensor): void => {
    arrays.set(name, tensor.data as Float32Array);
    for (const slot of optimizers[optimizer].slots) arrays.set(`${name}:${slot}`, new Float32Array(tensor.data.length));
  };
  for (const [name, tensor] of Object.entries(initial)) put(name, goldenTensor(tensor));
  return { step: 0, arrays, lossSum: 0, best: null, history: [] };
}

/** The arrays at the start, running statistics among them. */
function initialOf({ initial, layers }: Run): Run['initial'] {
  if (!layers.some(([kind]) => kind === 'batch-norm')) return initial;
  const shape = initial['batch-norm1.weight']!.shape;
  const all = (value: number): GoldenTensor => ({ shape, data: new Array<number>(shape[0]!).fill(value) });
  return { ...initial, 'batch-norm1.running_mean': all(0), 'batch-norm1.running_var': all(1) };
}

describe.each(runs.map(run => [`${run.task} by ${run.optimizer}: ${JSON.stringify(run.layers)}`, run] as const))(
  '%s',
  (_, run) => {
    test('losses and weights are those of PyTorch', async () => {
      const { result, error } = await follow(jobFrom(run, run.task, specs(run.layers)), {
        resume: startOf({ ...run, initial: initialOf(run) }),
      });
      expect(error).toBeUndefined();
      expect(result!.steps).toBe(50);
      expectNear(
        result!.history.map(({ loss }) => loss),
        run.losses,
        2e-5,
      );
      // Without validation rows the last epoch is the best.
      expect(new Set(result!.parameters.keys())).toEqual(new Set(Object.keys(run.final)));
      for (const [name, tensor] of Object.entries(run.final))
        expectNear(result!.parameters.get(name)!, tensor.data, 2e-5);
      expect(run.losses.at(-1)!).toBeLessThan(0.7 * run.losses[0]!);
    });
  },
);

test.each(images.map(run => [run.optimizer, run] as const))('a network of maps by %s', async (_, run) => {
  const { layers } = parseNetwork(run.network);
  const { result, error } = await follow(jobFrom(run, 'multiclass', layers), { resume: startOf(run) });
  expect(error).toBeUndefined();
  expect(result!.history).toHaveLength(20);
  expectNear(
    result!.history.map(({ loss }) => loss),
    run.losses,
    5e-5,
  );
  expect(new Set(result!.parameters.keys())).toEqual(new Set(Object.keys(run.final)));
  for (const [name, tensor] of Object.entries(run.final)) expectNear(result!.parameters.get(name)!, tensor.data, 5e-5);
  expect(run.losses.at(-1)!).toBeLessThan(0.1 * run.losses[0]!);
});
