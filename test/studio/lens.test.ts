/** What the lens shows, against the layers of the package on its own runtime. */
import { gru, lstm, network, rnn } from 'hillock/lab';
import { expect, test } from 'vitest';
import { constant, f32, floats, input } from '../../src/graph/index.ts';
import { forward, inference, parametersOf, place } from '../../src/nn/index.ts';
import { encodeModel } from '../../src/onnx/index.ts';
import { conv } from '../../src/ops/index.ts';
import { nodeRuntime } from '../../src/runtime/node.ts';
import { gradients, recurrenceOf, run } from '../../studio/src/screens/lens/cell.ts';
import { convolve, kernels, pictures, placesOf } from '../../studio/src/screens/lens/convolution.ts';

const image = { size: 10, values: pictures.ring.values.map((value, i) => value + (i % 7) / 10) };
const kernel = { size: 3, values: [0.5, -1, 2, 0.25, 3, -0.5, 1, 0, -2] };

test.each([
  { padding: 0, stride: 1, dilation: 1 },
  { padding: 1, stride: 1, dilation: 1 },
  { padding: 2, stride: 3, dilation: 2 },
  { padding: 0, stride: 2, dilation: 4 },
])('a filter with %j is the convolution of the package', async moves => {
  const own = convolve(image, kernel, 0.5, moves);
  expect(own.size).toBe(placesOf(10, 3, moves));
  const x = input('x', [1, 1, 10, 10]);
  const y = conv(x, constant(f32(kernel.values, [1, 1, 3, 3])), constant(f32([0.5], [1])), {
    strides: [moves.stride, moves.stride],
    pads: Array.from({ length: 4 }, () => moves.padding),
    dilations: [moves.dilation, moves.dilation],
  });
  const session = await (await nodeRuntime({ threads: 1 })).open(
    encodeModel({ inputs: [x], outputs: [y] }, { outputs: ['y'] }),
  );
  const { y: found } = await session.run({ x: f32(image.values, [1, 1, 10, 10]) });
  expect(found!.shape).toEqual([1, 1, own.size, own.size]);
  for (const [i, value] of floats(found).entries()) expect(own.values[i]).toBeCloseTo(value, 4);
  await session.close();
});

test('too large a kernel has no place; every kernel has nine weights and every picture a hundred pixels', () => {
  expect(placesOf(10, 3, { padding: 0, stride: 1, dilation: 5 })).toBeLessThan(1);
  for (const { values } of Object.values(kernels)) expect(values.length).toBe(9);
  for (const { values } of Object.values(pictures)) expect(values.length).toBe(100);
});

const sequence = [1, -0.5, 0.25, 0, 2, -1];
const weights = [
  { w: 0.8, u: -0.4, b: 0.1 },
  { w: -1.2, u: 0.6, b: 0.9 },
  { w: 0.5, u: 1.1, b: -0.3 },
  { w: 0.3, u: 0.2, b: 0.7 },
];

test.each([
  ['rnn', rnn(1, { returnSequences: true })],
  ['gru', gru(1, { returnSequences: true })],
  ['lstm', lstm(1, { returnSequences: true })],
] as const)('%s: every step is that of the layer of the package', async (name, spec) => {
  const recurrence = recurrenceOf(name);
  const own = weights.slice(0, recurrence.gates.length);
  const layers = place(network([spec]), [sequence.length, 1]);
  const values = new Map(
    parametersOf(layers).map(({ name: full, shape }) => {
      const key = full.endsWith('weight') ? 'w' : full.endsWith('.recurrent') ? 'u' : 'b';
      const numbers = full.endsWith('recurrent_bias') ? [0] : own.map(gate => gate[key]);
      return [full, constant(f32(numbers, shape))];
    }),
  );
  const x = input('x', [1, sequence.length, 1]);
  const { y } = forward(layers, x, values, inference);
  const session = await (await nodeRuntime({ threads: 1 })).open(
    encodeModel({ inputs: [x], outputs: [y] }, { outputs: ['y'] }),
  );
  const { y: found } = await session.run({ x: f32(sequence, [1, sequence.length, 1]) });
  const steps = run(recurrence, own, sequence);
  for (const [t, value] of floats(found).entries()) expect(steps[t]!.h, `step ${t + 1}`).toBeCloseTo(value, 5);
  await session.close();
});

test('the gradient over time of a linear stretch is a product of what is kept', () => {
  const keep = [
    { w: 0, u: 0, b: -20 },
    { w: 0, u: 0, b: 0 },
    { w: 0, u: 0, b: 0 },
    { w: 0, u: 0, b: 20 },
  ];
  const found = gradients(recurrenceOf('lstm'), keep, [0, 0, 0, 0]);
  for (const [i, value] of found.slice(0, 3).entries()) expect(value).toBeCloseTo(0.5 ** (3 - i), 6);
});
