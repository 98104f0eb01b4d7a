/** Maps of another order and Winograd's products give what the plain graph gives. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { grad } from '../grad.ts';
import { input, topological, type Value } from '../graph/index.ts';
import { add, conv, floor, maxPool, relu, reshape, scalar } from '../ops/index.ts';
import { chainOf, layers } from './chains.case.ts';
import { compared } from './compared.case.ts';
import { lower } from './index.ts';

const channels = 16;

const padded = { pads: [1, 1, 1, 1] };

const chains = fc.record({
  names: fc.array(fc.constantFrom(...Object.keys(layers)), { minLength: 1, maxLength: 6 }),
  height: fc.integer({ min: 3, max: 12 }),
  width: fc.integer({ min: 3, max: 12 }),
  batch: fc.constantFrom(8, 9),
});

/** Pads that keep the size of a map. */
const same = (kernel: readonly number[]): readonly number[] => [
  ...kernel.map(size => (size - 1) >> 1),
  ...kernel.map(size => size >> 1),
];

const opNames = (values: readonly Value[]): readonly string[] =>
  topological(lower({ state: [], emit: values }).emit).map(({ op }) => op.name);

describe('chains of layers', () => {
  test('random ones have the same values and gradients', async () => {
    await fc.assert(
      fc.asyncProperty(chains, async ({ names, batch, height, width }) => {
        const x = input('x', [batch, channels, height, width]);
        // After one that is computed by Winograd's products.
        const { y, parameters } = chainOf(x, ['same', ...names]);
        const dy = input('dy', y.type.shape);
        const gradients = grad(y, [x, ...parameters], dy) as Value[];
        await compared([x, ...parameters, dy], [y, ...gradients], { scale: 0.1, tolerance: 3e-4 });
      }),
      { numRuns: 60, seed: 5 },
    );
  });

  test('a chain of small maps has no convolution left and is turned only at its ends', async () => {
    const x = input('x', [8, 16, 8, 8]);
    const [w1, w2] = [input('w1', [24, 16, 3, 3]), input('w2', [32, 24, 3, 3])];
    const h = relu(conv(x, w1, input('b', [24]), padded));
    const y = reshape(maxPool(relu(conv(h, w2, undefined, padded)), { kernel: [2, 2] }), [8, 32 * 16]);
    const dy = input('dy', y.type.shape);
    const values = [y, ...(grad(y, [w1, w2], dy) as Value[])];
    const names = opNames(values);
    for (const name of ['Conv', 'ConvTranspose', 'MaxPool', 'ScatterElements']) expect(names).not.toContain(name);
    const turned = topological(lower({ state: [], emit: values }).emit).filter(({ op }) => op.name === 'Einsum');
    // x, the pooled map and its gradient.
    expect(turned.map(node => node.inputs[0]!.type.shape.join())).toEqual(['128,64', '16,256', '256,16']);
  });

  test('large maps, few channels, strides and groups stay convolutions', () => {
    const one = (x: readonly number[], w: readonly number[], options: object): readonly string[] =>
      opNames([conv(input('x', x), input('w', w), undefined, { ...padded, ...options })]);
    expect(one([8, 16, 8, 8], [16, 16, 3, 3], {})).not.toContain('Conv');
    expect(one([8, 16, 20, 20], [16, 16, 3, 3], {})).toContain('Conv');
    expect(one([8, 3, 8, 8], [16, 3, 3, 3], {})).toContain('Conv');
    expect(one([2, 16, 8, 8], [16, 16, 3, 3], {})).toContain('Conv');
    expect(one([8, 16, 8, 8], [16, 16, 3, 3], { strides: [2, 2] })).toContain('Conv');
    expect(one([8, 32, 8, 8], [32, 16, 3, 3], { group: 2 })).toContain('Conv');
    expect(one([8, 16, 8, 8], [16, 16, 3, 3], { dilations: [2, 2] })).toContain('Conv');
    expect(one([8, 16, 8, 8], [16, 16, 5, 5], {})).not.toContain('Conv');
    expect(one([8, 16, 8, 8], [16, 16, 6, 5], {})).toContain('Conv');
    expect(one([8, 16, 8, 8], [16, 16, 1, 1], {})).toContain('Conv');
  });

  test('the largest maps, all rests of tiles, all sizes of kernels', async () => {
    for (const size of [1, 2, 5, 13, 16]) {
      const kernel = [1 + (size % 5), 2 + (size % 4)];
      const [x, w] = [input('x', [8, 16, size, 17 - size]), input('w', [16, 16, ...kernel])];
      const y = conv(x, w, undefined, { pads: same(kernel) });
      const dy = input('dy', y.type.shape);
      expect(opNames([y])).not.toContain('Conv');
      await compared([x, w, dy], [y, ...(grad(y, [x, w], dy) as Value[])], { tolerance: 5e-5 });
    }
  });

  test('equal numbers in a window: the first takes the gradient', async () => {
    const [x, w] = [input('x', [8, 16, 6, 6]), input('w', [16, 16, 3, 3])];
    // Far from 0 the rounding of the products is no matter: whole numbers stay whole.
    const whole = floor(add(conv(x, w, undefined, padded), scalar(0.5)));
    const y = maxPool(whole, { kernel: [2, 3] });
    const dy = input('dy', y.type.shape);
    const found = grad(y, [whole], dy) as Value[];
    await compared([x, w, dy], [y, ...found], { whole: true, tolerance: 1e-6 });
  });
});
