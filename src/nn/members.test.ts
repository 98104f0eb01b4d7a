/** An ensemble is its members side by side: outputs, and gradients that do not mix. */
import { expect, test } from 'vitest';
import { grad } from '../grad.ts';
import { f32, floats, input, type Tensor, type Value } from '../graph/index.ts';
import { mul, reduceSum, reshape } from '../ops/index.ts';
import { random } from '../random.ts';
import {
  activationLayer,
  dense,
  dropout,
  forward,
  inference,
  initialise,
  network,
  type PlacedLayer,
  parametersOf,
  place,
} from './index.ts';
import { drawn, expectNear, program } from './testing.case.ts';

const members = 4;
const rows = 6;
const inputs = [3];
const layers = [
  dense(5, 'tanh', {
    mask: Array.from({ length: 3 }, (_, i) => ([1, 0, 1, 1, 0] as const).map(m => (i === 1 ? 1 : m))),
  }),
  dropout(0.3),
  dense(4, 'linear', { bias: false }),
  activationLayer('silu'),
  dense(2),
];

interface Built {
  readonly leaves: ReadonlyMap<string, Value>;
  readonly run: (feeds: Record<string, Tensor>) => Promise<Readonly<Record<string, Float32Array>>>;
}

/** y and the gradients of Σ u·y. */
async function built(placed: readonly PlacedLayer[], count: number): Promise<Built> {
  const x = input('x', [rows, ...inputs]);
  const leaves = new Map(parametersOf(placed).map(({ name, shape }) => [name, input(name, shape)]));
  const { y } = forward(placed, x, leaves, { ...inference, members: count });
  const u = input('u', y.type.shape);
  const total = reshape(reduceSum(mul(y, u), [...y.type.shape.keys()]), []);
  const gradients = grad(total, [...leaves.values()]);
  const outputs = Object.fromEntries([...leaves.keys()].map((name, i) => [`d ${name}`, gradients[i]!]));
  return { leaves, run: await program([x, ...leaves.values(), u], { y, ...outputs }) };
}

test('each member is the single network with its slice of the parameters, in outputs and in gradients', async () => {
  const ensemble = place(network(layers, { members }), inputs);
  const single = place(network(layers), inputs);
  const rng = random(5);
  const parameters = initialise(ensemble, rng);
  const x = drawn([rows, ...inputs], rng);
  const u = drawn([members, rows, 2], rng);
  const together = await (await built(ensemble, members)).run({ x, u, ...Object.fromEntries(parameters) });
  const alone = await built(single, 1);
  for (let member = 0; member < members; member++) {
    const slice = (values: Float32Array): Float32Array => {
      const size = values.length / members;
      return values.slice(member * size, (member + 1) * size);
    };
    const own = parametersOf(single).map(({ name, shape }) => [name, f32(slice(floats(parameters.get(name))), shape)]);
    const result = await alone.run({ x, u: f32(slice(floats(u)), [rows, 2]), ...Object.fromEntries(own) });
    for (const [name, values] of Object.entries(result)) expectNear(slice(together[name]!), values, 2e-6);
  }
});

test('members start differently', () => {
  const parameters = initialise(place(network([dense(3)], { members: 2 }), [2]), random(1));
  const weights = floats(parameters.get('dense1.weight'));
  expect(weights.subarray(0, 6)).not.toEqual(weights.subarray(6));
});

test('a mask holds in every member', () => {
  const ensemble = place(network(layers, { members }), inputs);
  const weights = floats(initialise(ensemble, random(5)).get('dense1.weight'));
  const mask = parametersOf(ensemble)[0]!.mask!;
  expect(mask.length).toBe(15);
  weights.forEach((value, i) => {
    expect(value === 0).toBe(mask[i % mask.length] === 0);
  });
});
