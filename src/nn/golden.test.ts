/** Layers of images, sequences and codes against PyTorch: values, gradients, new statistics, in one another too. */
import { expect, test } from 'vitest';
import { grad } from '../grad.ts';
import { input } from '../graph/index.ts';
import { forward, inference, kindOf, type LayerSpec, layerKinds, parametersOf, parseNetwork, place } from './index.ts';
import { compute, expectNear, type GoldenTensor, golden, goldenTensor } from './testing.case.ts';

interface Entry {
  readonly name: string;
  readonly network: unknown;
  readonly training: boolean;
  readonly inputs: Readonly<Record<string, GoldenTensor>> & { readonly x: GoldenTensor };
  readonly outputs: Readonly<Record<string, GoldenTensor>> & { readonly y: GoldenTensor };
  readonly dy: GoldenTensor;
  readonly gradients: Readonly<Record<string, GoldenTensor>>;
}

const entries = golden<{ networks: Entry[] }>('networks').networks;

test.each(entries.map(entry => [entry.name, entry] as const))('%s', async (_, entry) => {
  const layers = place(parseNetwork(entry.network), entry.inputs.x.shape.slice(1));
  const leaves = new Map(parametersOf(layers).map(({ name, shape }) => [name, input(name, shape)]));
  const x = input('x', entry.inputs.x.shape);
  const dy = input('dy', entry.dy.shape);
  expect(new Map([...leaves].map(([name, { type }]) => [name, type.shape]))).toEqual(
    new Map(Object.entries(entry.inputs).flatMap(([name, { shape }]) => (name === 'x' ? [] : [[name, shape]]))),
  );
  const { y, statistics } = forward(layers, x, leaves, { ...inference, training: entry.training });
  const wrt = [x, ...leaves.values()].filter(({ name }) => name! in entry.gradients);
  const gradients = grad(y, wrt, dy);
  const made = await compute(
    [x, dy, ...leaves.values()],
    {
      y,
      ...Object.fromEntries([...statistics].map(([name, value]) => [`new ${name}`, value])),
      ...Object.fromEntries(wrt.map(({ name }, i) => [`d ${name}`, gradients[i]!])),
    },
    {
      dy: goldenTensor(entry.dy),
      ...Object.fromEntries(Object.entries(entry.inputs).map(([name, tensor]) => [name, goldenTensor(tensor)])),
    },
  );
  const expected = {
    ...Object.fromEntries(
      Object.entries(entry.outputs).map(([name, tensor]) => [name === 'y' ? name : `new ${name}`, tensor]),
    ),
    ...Object.fromEntries(Object.entries(entry.gradients).map(([name, tensor]) => [`d ${name}`, tensor])),
  };
  expect(Object.keys(made).sort()).toEqual(Object.keys(expected).sort());
  expect(y.type.shape).toEqual(entry.outputs.y.shape);
  for (const [name, { data }] of Object.entries(expected)) expectNear(made[name]!, data, 1e-5);
});

test('PyTorch has numbers for every kind of layer', () => {
  const inside = (layers: readonly LayerSpec[]): readonly string[] =>
    layers.flatMap(layer => [
      layer.kind,
      ...(kindOf(layer).nested ?? []).flatMap(field => inside(Object(layer)[field] ?? [])),
    ]);
  const seen = new Set(entries.flatMap(entry => inside(parseNetwork(entry.network).layers)));
  const others = golden<{ layers: { name: string }[] }>('layers').layers.map(({ name }) => name);
  const elsewhere: Readonly<Record<string, string>> = { dense: 'dense', dropout: 'dropout', 'layer-norm': 'layerNorm' };
  for (const { kind } of layerKinds) expect(seen.has(kind) || others.includes(elsewhere[kind]!), kind).toBe(true);
});
