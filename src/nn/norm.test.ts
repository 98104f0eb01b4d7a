/** Dense layers, dropout and normalisations against PyTorch, running statistics among them. */
import { describe, expect, test } from 'vitest';
import { grad } from '../grad.ts';
import { f32, input } from '../graph/index.ts';
import {
  type BuildContext,
  batchNorm,
  dense,
  dropout,
  forward,
  inference,
  type LayerSpec,
  layerNorm,
  network,
  parametersOf,
  place,
} from './index.ts';
import { compute, expectNear, type GoldenTensor, golden, goldenTensor } from './testing.case.ts';

interface Entry {
  readonly name: string;
  readonly options: Readonly<Record<string, number | boolean>>;
  readonly inputs: Readonly<Record<string, GoldenTensor>>;
  readonly outputs: Readonly<Record<string, GoldenTensor>>;
  readonly dy: GoldenTensor;
  readonly gradients: Readonly<Record<string, GoldenTensor>>;
}

const entries = golden<{ layers: Entry[] }>('layers').layers;
const columns = (mask: GoldenTensor): (0 | 1)[][] =>
  Array.from({ length: mask.shape[0]! }, (_, i) =>
    mask.data.slice(i * mask.shape[1]!, (i + 1) * mask.shape[1]!).map(value => (value === 1 ? 1 : 0)),
  );

const specs: Readonly<Record<string, (entry: Entry) => LayerSpec>> = {
  dense: ({ options }) => dense(2, 'linear', { bias: options.bias !== false }),
  maskedDense: ({ inputs }) => dense(2, 'linear', { mask: columns(inputs.mask!) }),
  dropout: ({ options }) => dropout(options.p as number),
  batchNorm: ({ options }) => batchNorm({ momentum: options.momentum as number, epsilon: options.eps as number }),
  layerNorm: ({ options }) => layerNorm({ epsilon: options.eps as number }),
};

/** PyTorch's name of each of our parameters. */
const theirs: Readonly<Record<string, string>> = {
  'dense1.weight': 'w',
  'dense1.bias': 'b',
  'batch-norm1.weight': 'weight',
  'batch-norm1.bias': 'bias',
  'batch-norm1.running_mean': 'runningMean',
  'batch-norm1.running_var': 'runningVar',
  'layer-norm1.weight': 'weight',
  'layer-norm1.bias': 'bias',
};

describe.each(entries.map((entry, i) => [`${i} ${entry.name} ${JSON.stringify(entry.options)}`, entry] as const))(
  '%s',
  (_, entry) => {
    test('values, gradients and new statistics', async () => {
      const x = input('x', entry.inputs.x!.shape);
      const dy = input('dy', entry.dy.shape);
      const noise = input('mask', entry.inputs.x!.shape);
      const training = entry.name === 'dropout' || entry.options.training === true;
      const context: BuildContext = { training, members: 1, noise: () => noise };
      const shape = entry.inputs.x!.shape.slice(1);
      const layers = place(network([specs[entry.name]!(entry)]), shape);
      const leaves = new Map(parametersOf(layers).map(({ name, shape }) => [name, input(name, shape)]));
      const built = forward(layers, x, leaves, training ? context : inference);
      const { y } = built;
      const learned = parametersOf(layers).filter(({ role }) => role !== 'statistic');
      const wrt = [x, ...learned.map(({ name }) => leaves.get(name)!)];
      const gradients = grad(y, wrt, dy);
      const feeds = Object.fromEntries(
        [...leaves.keys()].map(name => [name, goldenTensor(entry.inputs[theirs[name]!]!)]),
      );
      const used = entry.name === 'dropout' ? [noise] : [];
      const masks = entry.name === 'dropout' ? { mask: goldenTensor(entry.inputs.mask!) } : {};
      const made = await compute(
        [x, dy, ...leaves.values(), ...used],
        {
          y,
          ...Object.fromEntries(wrt.map((leaf, i) => [`d ${leaf.name}`, gradients[i]!])),
          ...Object.fromEntries([...built.statistics].map(([name, value]) => [`new ${name}`, value])),
        },
        { x: goldenTensor(entry.inputs.x!), dy: goldenTensor(entry.dy), ...feeds, ...masks },
      );
      expectNear(made.y!, entry.outputs.y!.data, 3e-6);
      for (const leaf of wrt) {
        const name = theirs[leaf.name!] ?? 'x';
        expectNear(made[`d ${leaf.name}`]!, entry.gradients[name]!.data, 1e-5);
      }
      const statistics = Object.keys(made).filter(name => name.startsWith('new '));
      expect(statistics.length).toBe(entry.name === 'batchNorm' && training ? 2 : 0);
      if (statistics.length === 0) return;
      expectNear(made['new batch-norm1.running_mean']!, entry.outputs.newRunningMean!.data, 2e-6);
      expectNear(made['new batch-norm1.running_var']!, entry.outputs.newRunningVar!.data, 2e-6);
    });
  },
);

test('every layer that PyTorch counted is checked', () => {
  expect(new Set(entries.map(({ name }) => name))).toEqual(new Set(Object.keys(specs)));
});

test('batch norm of a batch of one row stays finite', async () => {
  const layers = place(network([batchNorm()]), [2]);
  const leaves = new Map(parametersOf(layers).map(({ name, shape }) => [name, input(name, shape)]));
  const x = input('x', [1, 2]);
  const built = forward(layers, x, leaves, { ...inference, training: true });
  const feeds = Object.fromEntries([...leaves.keys()].map(name => [name, f32([1, 1])]));
  const made = await compute(
    [x, ...leaves.values()],
    {
      y: built.y,
      mean: built.statistics.get('batch-norm1.running_mean')!,
      variance: built.statistics.get('batch-norm1.running_var')!,
    },
    { x: f32([3, -5], [1, 2]), ...feeds },
  );
  expectNear(made.y!, [1, 1], 0);
  expectNear(made.mean!, [1.2, 0.4], 1e-6);
  expectNear(made.variance!, [0.9, 0.9], 1e-6);
});
