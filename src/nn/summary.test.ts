/** Sizes and costs of networks whose numbers are published. */
import { expect, test } from 'vitest';
import {
  batchNorm,
  conv2d,
  dense,
  dropout,
  flatten,
  globalAveragePool,
  type LayerSpec,
  maxPool,
  network,
  residual,
  summary,
  summaryText,
} from './index.ts';

const leNet = network(
  [
    conv2d(6, 5, 'tanh', { padding: 2 }),
    maxPool(2),
    conv2d(16, 5, 'tanh'),
    maxPool(2),
    flatten(),
    dense(120, 'tanh'),
    dense(84, 'tanh'),
    dense(10),
  ],
  { head: false },
);

test('LeNet-5 has 61,706 parameters and 416,520 multiply-adds', () => {
  const found = summary(leNet, [1, 28, 28]);
  expect(found).toMatchObject({ parameters: 61_706, multiplyAdds: 416_520, flops: 833_040, bytes: 4 * 61_706 });
  expect(found.layers.map(({ name, output }) => `${name} ${output.join('x')}`)).toEqual([
    'conv2d1 6x28x28',
    'max-pool1 6x14x14',
    'conv2d2 16x10x10',
    'max-pool2 16x5x5',
    'flatten1 400',
    'dense1 120',
    'dense2 84',
    'dense3 10',
  ]);
  expect(found.activationBytes).toBe(4 * (6 * 784 + 6 * 196 + 1600 + 400 + 400 + 120 + 84 + 10));
});

const block = (filters: number, stride: number): LayerSpec => {
  const conv = (kernel: number, step: number) =>
    conv2d(filters, kernel, 'linear', { stride: step, padding: (kernel - 1) / 2, bias: false });
  const layers = [
    conv(3, stride),
    batchNorm(),
    { kind: 'activation', activation: 'relu' } as const,
    conv(3, 1),
    batchNorm(),
  ];
  return residual(layers, 'relu', stride === 1 ? {} : { shortcut: [conv(1, stride), batchNorm()] });
};

test('ResNet-18 has 11,689,512 parameters, and its convolutions and last layer 1,814,073,344 multiply-adds', () => {
  const stages = [64, 128, 256, 512].flatMap((filters, i) => [block(filters, i === 0 ? 1 : 2), block(filters, 1)]);
  const stem = [
    conv2d(64, 7, 'linear', { stride: 2, padding: 3, bias: false }),
    batchNorm(),
    { kind: 'activation', activation: 'relu' } as const,
    maxPool(3, { stride: 2, padding: 1 }),
  ];
  const found = summary(network([...stem, ...stages, globalAveragePool(), dense(1000)]), [3, 224, 224]);
  expect(found.parameters).toBe(11_689_512);
  const weighed = found.layers.filter(({ name }) => /(conv2d|dense)\d+$/.test(name));
  expect(weighed.reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0)).toBe(1_814_073_344);
  const [outer, ...inner] = found.layers.filter(({ name }) => name.startsWith('residual3'));
  expect(outer).toMatchObject({ depth: 0, input: [64, 56, 56], output: [128, 28, 28] });
  expect(inner.map(({ name }) => name)).toEqual([
    'residual3.conv2d1',
    'residual3.batch-norm1',
    'residual3.activation1',
    'residual3.conv2d2',
    'residual3.batch-norm2',
    'residual3.shortcut.conv2d1',
    'residual3.shortcut.batch-norm1',
  ]);
  for (const key of ['parameters', 'flops', 'bytes'] as const)
    expect(outer![key]).toBe(inner.reduce((sum, layer) => sum + layer[key], 0));
  expect(found.bytes).toBe(4 * (11_689_512 + 2 * 4800));
  expect(found.layers.map(({ position }) => position)).toEqual(found.layers.map((_, i) => i + 1));
});

test('an ensemble costs its members, and no layers cost nothing', () => {
  const layers = [dense(4, 'relu'), dropout(0.5), dense(1)];
  const [one, three] = [summary(network(layers), [3]), summary(network(layers, { members: 3 }), [3])];
  for (const key of ['parameters', 'multiplyAdds', 'flops', 'bytes', 'activationBytes'] as const)
    expect(three[key]).toBe(3 * one[key]);
  expect(summary(network([]), [5])).toMatchObject({ parameters: 0, flops: 0, bytes: 0, input: [5], output: [5] });
});

test('as text: a line a layer, those inside others indented, totals below', () => {
  const found = summary(
    network([residual([conv2d(2, 3, 'tanh', { padding: 'same' })]), flatten(), dense(3)]),
    [2, 4, 4],
  );
  expect(summaryText(found)).toBe(
    [
      'layer                in         out        parameters  FLOPs  bytes  activation bytes',
      '─────────────────────────────────────────────────────────────────────────────────────',
      'residual1            2 × 4 × 4  2 × 4 × 4          38  1,152    152               256',
      '  residual1.conv2d1  2 × 4 × 4  2 × 4 × 4          38  1,152    152               128',
      'flatten1             2 × 4 × 4  32                  0      0      0               128',
      'dense1               32         3                  99    192    396                12',
      '─────────────────────────────────────────────────────────────────────────────────────',
      'in all               2 × 4 × 4  3                 137  1,344    548               396',
    ].join('\n'),
  );
});
