/** The activation functions as graphs are those of `neuron/`: values and slopes, far out too. */
import { beforeAll, describe, expect, test } from 'vitest';
import { grad } from '../grad.ts';
import { f32, input, type Value } from '../graph/index.ts';
import { type Activation, activationNames, activations } from '../neuron/index.ts';
import { reduceSum, reshape } from '../ops/index.ts';
import { activate } from './index.ts';
import { compute, expectNear, type GoldenTensor, golden, goldenTensor } from './testing.case.ts';

const grid = [
  ...Array.from({ length: 161 }, (_, i) => Math.fround(-8 + 0.1 * i + 0.013)),
  ...[-100, -88, -50, -20.5, -12, -1e-3, -1e-6, 0, 1e-6, 1e-3, 12, 19.9, 20.1, 50, 88, 100],
].map(Math.fround);

interface Curve {
  readonly y: Float32Array;
  readonly slope: Float32Array;
}

const sum = (value: Value): Value => reshape(reduceSum(value, [...value.type.shape.keys()]), []);
const curves = new Map<string, Curve>();

beforeAll(async () => {
  const z = input('z', [grid.length]);
  const outputs: Record<string, Value> = {};
  for (const name of activationNames) {
    const y = activate(z, name);
    outputs[`${name}/y`] = y;
    if (activations[name].derivative) outputs[`${name}/slope`] = grad(sum(y), [z])[0]!;
  }
  const made = await compute([z], outputs, { z: f32(grid) });
  for (const name of activationNames)
    curves.set(name, { y: made[`${name}/y`]!, slope: made[`${name}/slope`] ?? new Float32Array() });
});

describe.each(activationNames)('%s', name => {
  const plain: Activation = activations[name];

  test('values are those of one neuron', () => {
    const { y } = curves.get(name)!;
    expectNear(y, grid.map(plain.output), 3e-7 * 4);
    expect(y.every(Number.isFinite)).toBe(true);
  });

  if (!plain.derivative) {
    test('has no slope to learn by', () => {
      const z = input('z', [2]);
      const dy = grad(sum(activate(z, name)), [z])[0];
      expect(dy).toBeNull();
    });
    return;
  }

  test('slopes are those of one neuron, and of finite differences', () => {
    const { slope } = curves.get(name)!;
    expectNear(slope, grid.map(plain.derivative!), 2e-6);
    const kinked = (z: number): boolean => Math.abs(z) < 1e-2;
    grid.forEach((z, i) => {
      if (kinked(z)) return;
      const h = 1e-4;
      expectNear([slope[i]!], [(plain.output(z + h) - plain.output(z - h)) / (2 * h)], 2e-6);
    });
  });
});

interface Entry {
  readonly name: string;
  readonly inputs: { readonly x: GoldenTensor };
  readonly outputs: { readonly y: GoldenTensor };
  readonly dy: GoldenTensor;
  readonly gradients: { readonly x: GoldenTensor };
}

const entries = golden<{ activations: Entry[] }>('layers').activations;
const titles: Readonly<Record<string, string>> = { identity: 'linear', leakyRelu: 'leaky-relu' };

test.each(activationNames.filter(name => name !== 'step'))('%s is the same in PyTorch', async name => {
  const entry = entries.find(one => (titles[one.name] ?? one.name) === name)!;
  const x = input('x', entry.inputs.x.shape);
  const dy = input('dy', entry.dy.shape);
  const y = activate(x, name);
  const made = await compute(
    [x, dy],
    { y, dx: grad(y, [x], dy)[0]! },
    { x: goldenTensor(entry.inputs.x), dy: goldenTensor(entry.dy) },
  );
  expectNear(made.y!, entry.outputs.y.data, 2e-6);
  expectNear(made.dx!, entry.gradients.x.data, 4e-6);
});
