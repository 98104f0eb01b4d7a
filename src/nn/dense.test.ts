/** A dense layer on sequences is the same dense layer at every time step. */
import { test } from 'vitest';
import { grad } from '../grad.ts';
import { f32, floats, input, type Tensor } from '../graph/index.ts';
import { random } from '../random.ts';
import { dense, forward, inference, initialise, kindOf, network, parametersOf, place } from './index.ts';
import { compute, drawn, expectNear } from './testing.case.ts';

const [rows, time, features, units] = [4, 5, 3, 2];
const mask = [
  [1, 0],
  [1, 1],
  [0, 1],
] as const;
const spec = dense(units, 'tanh', { mask });

/** y, z and gradients for dy on x of this shape. */
async function results(shape: readonly number[], x: Tensor, dy: Tensor, parameters: ReadonlyMap<string, Tensor>) {
  const layers = place(network([spec]), shape.slice(1));
  const leaves = new Map(parametersOf(layers).map(({ name, shape }) => [name, input(name, shape)]));
  const xs = input('x', shape);
  const built = forward(layers, xs, leaves, inference);
  const dys = input('dy', dy.shape);
  const wrt = [xs, ...leaves.values()];
  const gradients = Object.fromEntries(grad(built.y, wrt, dys).map((d, i) => [`d ${wrt[i]!.name}`, d!]));
  return compute(
    [...wrt, dys],
    { y: built.y, z: built.layers[0]!.z!, ...gradients },
    { x, dy, ...Object.fromEntries(parameters) },
  );
}

test('outputs and gradients are those of the time steps as rows', async () => {
  const rng = random(4);
  const x = drawn([rows, time, features], rng);
  const dy = drawn([rows, time, units], rng);
  const parameters = new Map([...initialise(place(network([spec]), [features]), rng)]);
  parameters.set('dense1.bias', drawn([units], rng));
  const sequences = await results([rows, time, features], x, dy, parameters);
  const flat = (tensor: Tensor): Tensor => f32(floats(tensor), [rows * time, tensor.shape.at(-1)!]);
  const steps = await results([rows * time, features], flat(x), flat(dy), parameters);
  for (const [name, values] of Object.entries(steps)) expectNear(sequences[name]!, values, 1e-6);
});

test('as one matrix it works on the time steps one after the other', async () => {
  const rng = random(5);
  const x = drawn([1, time, features], rng);
  const parameters = initialise(place(network([spec]), [time, features]), rng);
  const { z } = await results([1, time, features], x, drawn([1, time, units], rng), parameters);
  const own = Object.fromEntries(
    [...parameters].map(([name, tensor]) => [name.replace('dense1.', ''), Float64Array.from(floats(tensor))]),
  );
  const { weight, bias } = kindOf(spec).affine!(spec, own, [time, features])!;
  const width = time * units;
  const byMatrix = Array.from(bias, (b, j) =>
    floats(x).reduce((sum, value, i) => sum + value * weight[i * width + j]!, b),
  );
  expectNear(byMatrix, z!, 1e-6);
});
