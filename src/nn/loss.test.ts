/** Losses against PyTorch and against double precision, at logits far out too. */
import { describe, expect, test } from 'vitest';
import { grad } from '../grad.ts';
import { f32, input, type Tensor, type Value } from '../graph/index.ts';
import { reduceMean, reshape } from '../ops/index.ts';
import { type LossName, losses } from './index.ts';
import { compute, expectNear, type GoldenTensor, golden, goldenTensor } from './testing.case.ts';

interface Entry {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly inputs: { readonly x: GoldenTensor; readonly target: GoldenTensor };
  readonly outputs: { readonly y: GoldenTensor };
  readonly gradients: { readonly x: GoldenTensor };
}

const ours: Readonly<Record<string, LossName>> = {
  mse: 'squared-error',
  binaryCrossEntropy: 'binary-cross-entropy',
  crossEntropy: 'cross-entropy',
};
const entries = golden<{ losses: Entry[] }>('layers').losses.filter(
  ({ name, options }) => ours[name] && !('weights' in options) && !('positiveWeight' in options),
);

const mean = (perRow: Value): Value => reshape(reduceMean(perRow, [...perRow.type.shape.keys()]), []);

const oneHot = ({ data }: GoldenTensor, classes: number): Tensor =>
  f32(
    data.flatMap(code => Array.from({ length: classes }, (_, k) => Number(k === code))),
    [data.length, classes],
  );

test('PyTorch has numbers for every loss', () => {
  expect(new Set(entries.map(({ name }) => ours[name]))).toEqual(new Set(Object.keys(losses)));
  expect(entries.some(({ options }) => options.labelSmoothing === 0.1)).toBe(true);
});

test.each(entries.map(entry => [`${entry.name} ${JSON.stringify(entry.options)}`, entry] as const))(
  '%s',
  async (_, entry) => {
    const x = input('x', entry.inputs.x.shape);
    const target =
      entry.name === 'crossEntropy'
        ? oneHot(entry.inputs.target, x.type.shape[1] as number)
        : goldenTensor(entry.inputs.target);
    const t = input('t', target.shape);
    const perRow = losses[ours[entry.name]!].build(x, t, (entry.options.labelSmoothing as number | undefined) ?? 0);
    expect(perRow.type.shape).toEqual([x.type.shape[0], 1]);
    const y = mean(perRow);
    const made = await compute([x, t], { y, dx: grad(y, [x])[0]! }, { x: goldenTensor(entry.inputs.x), t: target });
    expectNear(made.y!, entry.outputs.y.data, 2e-6);
    expectNear(made.dx!, entry.gradients.x.data, 2e-6);
  },
);

async function both(name: LossName, logits: number[][], targets: number[][], smoothing: number) {
  const shape = [logits.length, logits[0]!.length];
  const x = input('x', shape);
  const t = input('t', shape);
  const perRow = losses[name].build(x, t, smoothing);
  const total = reshape(perRow, [logits.length]);
  const ones = input('ones', [logits.length]);
  return compute(
    [x, t, ones],
    { loss: total, dx: grad(total, [x], ones)[0]! },
    {
      x: f32(logits.flat(), shape),
      t: f32(targets.flat(), shape),
      ones: f32(new Float32Array(logits.length).fill(1)),
    },
  );
}

const softplus = (z: number): number => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

describe.each([0, 0.1])('smoothing %d', smoothing => {
  test('binary cross-entropy at extreme logits', async () => {
    const cases = [-1000, -88, -50, -17, -1, 0, 1, 17, 50, 88, 1000].flatMap(z => [0, 1].map(t => [z, t] as const));
    const made = await both(
      'binary-cross-entropy',
      cases.map(([z]) => [z]),
      cases.map(([, t]) => [t]),
      smoothing,
    );
    const smooth = (t: number): number => t * (1 - smoothing) + smoothing / 2;
    // −t ln σ(z) − (1 − t) ln(1 − σ(z)), with ln σ(z) = −softplus(−z)
    expectNear(
      made.loss!,
      cases.map(([z, t]) => smooth(t) * softplus(-z) + (1 - smooth(t)) * softplus(z)),
      1e-6,
    );
    expectNear(
      made.dx!,
      cases.map(([z, t]) => sigmoid(z) - smooth(t)),
      1e-6,
    );
  });

  test('cross-entropy at extreme logits', async () => {
    const logits = [
      [50, -50, 0],
      [-50, 50, 50],
      [0, 0, 0],
      [1000, -1000, 999],
      [1e-3, -1e-3, 0],
    ];
    const targets = logits.flatMap(() => [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
    const repeated = logits.flatMap(row => [row, row, row]);
    const made = await both('cross-entropy', repeated, targets, smoothing);
    const rows = repeated.map((row, i) => {
      const top = Math.max(...row);
      const logSum = top + Math.log(row.reduce((sum, z) => sum + Math.exp(z - top), 0));
      const t = targets[i]!.map(value => value * (1 - smoothing) + smoothing / 3);
      return {
        loss: row.reduce((sum, z, k) => sum - t[k]! * (z - logSum), 0),
        dx: row.map((z, k) => Math.exp(z - logSum) - t[k]!),
      };
    });
    expectNear(
      made.loss!,
      rows.map(({ loss }) => loss),
      1e-6,
    );
    expectNear(
      made.dx!,
      rows.flatMap(({ dx }) => dx),
      1e-6,
    );
  });
});
