/** Whole training runs against PyTorch: the same network, first weights and rows, fifty steps. */
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

const { runs } = golden<{ runs: Run[] }>('fit');

function specs(layers: Run['layers']): readonly LayerSpec[] {
  const data = layers.map(([kind, units, activation]) => (kind === 'dense' ? { kind, units, activation } : { kind }));
  return parseNetwork({ layers: data }).layers;
}

function jobFrom({ task, layers, optimizer, options, x, target, losses }: Run): TrainingJob {
  const rows = x.shape[0]!;
  return jobOf(task, goldenTensor(x), Float64Array.from(target.data), specs(layers).slice(0, -1), {
    optimizer,
    learningRate: options.lr,
    batch: rows,
    epochs: losses.length,
    trainRows: rows,
  });
}

/** The state before the first step, with these parameters. */
function startOf({ initial, optimizer, layers }: Run): FitState {
  const arrays = new Map<string, Float32Array>();
  const put = (name: string, tensor: Tensor): void => {
    arrays.set(name, tensor.data as Float32Array);
    for (const slot of optimizers[optimizer].slots) arrays.set(`${name}:${slot}`, new Float32Array(tensor.data.length));
  };
  for (const [name, tensor] of Object.entries(initial)) put(name, goldenTensor(tensor));
  if (layers.some(([kind]) => kind === 'batch-norm')) {
    const size = initial['batch-norm1.weight']!.data.length;
    arrays.set('batch-norm1.running_mean', new Float32Array(size));
    arrays.set('batch-norm1.running_var', new Float32Array(size).fill(1));
  }
  return { step: 0, arrays, lossSum: 0, best: null, history: [] };
}

describe.each(runs.map(run => [`${run.task} by ${run.optimizer}: ${JSON.stringify(run.layers)}`, run] as const))(
  '%s',
  (_, run) => {
    test('losses and weights are those of PyTorch', async () => {
      const { result, error } = await follow(jobFrom(run), { resume: startOf(run) });
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
