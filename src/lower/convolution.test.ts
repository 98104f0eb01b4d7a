/** The fast forms of convolutions and pools give what the plain ones give. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { grad } from '../grad.ts';
import { input, topological, type Value } from '../graph/index.ts';
import { conv, maxPool, relu } from '../ops/index.ts';
import { compared } from './compared.case.ts';
import { lower } from './index.ts';

const size = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
const axis = fc
  .record({
    kernel: size(4),
    stride: size(3),
    dilation: size(2),
    before: size(3),
    after: size(3),
    out: size(5),
    rest: size(3),
  })
  .map(({ kernel, stride, dilation, before, after, out, rest }) => {
    const pads = [before - 1, after - 1] as const;
    const wanted = dilation * (kernel - 1) + 1 + (out - 1) * stride + ((rest - 1) % stride) - pads[0] - pads[1];
    return { kernel, stride, dilation, pads, size: Math.max(1, wanted) };
  })
  .filter(({ kernel, dilation, pads, size }) => size + pads[0] + pads[1] >= dilation * (kernel - 1) + 1);

const convolutions = fc
  .record({
    axes: fc.oneof(fc.tuple(axis), fc.tuple(axis, axis)),
    batch: size(3),
    group: fc.constantFrom(1, 1, 1, 2),
    channels: fc.constantFrom(1, 3, 9, 16),
    filters: size(4),
    bias: fc.boolean(),
  })
  .map(({ axes, batch, group, channels, filters, bias }) => {
    const x = input('x', [batch, channels * group, ...axes.map(one => one.size)]);
    const w = input('w', [filters * group, channels, ...axes.map(one => one.kernel)]);
    const b = bias ? input('b', [filters * group]) : undefined;
    const y = conv(x, w, b, {
      group,
      strides: axes.map(one => one.stride),
      dilations: axes.map(one => one.dilation),
      pads: [...axes.map(one => one.pads[0]), ...axes.map(one => one.pads[1])],
    });
    const dy = input('dy', y.type.shape);
    return { inputs: [x, w, ...(b ? [b] : []), dy], y, dy };
  });

describe('convolutions', () => {
  test('random ones have the same value and gradients', async () => {
    await fc.assert(
      fc.asyncProperty(convolutions, async ({ inputs, y, dy }) => {
        const gradients = grad(y, inputs.slice(0, -1), dy);
        await compared(inputs, [y, ...gradients.map(value => value!)]);
      }),
      { numRuns: 80, seed: 3 },
    );
  });

  test('the kernel gradient is one convolution of one wide image, the image gradient one with turned kernels', async () => {
    const [x, w] = [input('x', [3, 20, 6, 5]), input('w', [4, 20, 3, 3])];
    const y = conv(x, w, undefined, { pads: [1, 1, 1, 1] });
    const dy = input('dy', y.type.shape);
    const gradients = grad(y, [x, w], dy) as Value[];
    const used = await compared([x, w, dy], gradients);
    expect(used.has('ConvTranspose')).toBe(false);
    const convolved = topological(lower({ state: [], emit: [gradients[1]!] }).emit).filter(
      ({ op }) => op.name === 'Conv',
    );
    expect(convolved.map(node => node.inputs[0]!.type.shape)).toEqual([[1, 3, 6, 100]]);
  });
});

const pools = fc
  .record({
    maps: fc.tuple(size(2), size(3), size(4), size(4)),
    kernel: fc.tuple(size(3), size(3)),
    masked: fc.boolean(),
    overlap: fc.boolean(),
  })
  .map(({ maps: [batch, channels, rows, columns], kernel, masked, overlap }) => {
    const x = input('x', [batch, channels, rows * kernel[0], columns * kernel[1]]);
    const strides = overlap ? kernel.map(n => Math.max(1, n - 1)) : kernel;
    const y = maxPool(masked ? relu(x) : x, { kernel, strides });
    const dy = input('dy', y.type.shape);
    return { x, y, dy };
  });

describe('max pooling', () => {
  test('random ones have the same gradient, equal numbers in a window too', async () => {
    await fc.assert(
      fc.asyncProperty(pools, fc.boolean(), async ({ x, y, dy }, whole) => {
        await compared([x, dy], [y, ...(grad(y, [x], dy) as Value[])], { whole, tolerance: 0 });
      }),
      { numRuns: 80, seed: 3 },
    );
  });

  test('windows side by side scatter nothing', async () => {
    const x = input('x', [2, 3, 6, 4]);
    const y = maxPool(relu(x), { kernel: [2, 2] });
    const dy = input('dy', y.type.shape);
    const used = await compared([x, dy], grad(y, [x], dy) as Value[], { whole: true, tolerance: 0 });
    expect(used.has('ScatterElements')).toBe(false);
    const lowered = topological(lower({ state: [], emit: [y, ...(grad(y, [x], dy) as Value[])] }).emit);
    expect(lowered.filter(({ op }) => op.name === 'MaxPool').map(({ outputs }) => outputs.length)).toEqual([1]);
  });

  test('a mask of relu is taken from the pooled map', async () => {
    const x = input('x', [2, 3, 7, 7]);
    const y = maxPool(relu(x), { kernel: [3, 3], strides: [2, 2] });
    const dy = input('dy', y.type.shape);
    const gradients = grad(y, [x], dy) as Value[];
    await compared([x, dy], gradients, { whole: true, tolerance: 0 });
    const masks = topological(lower({ state: [], emit: gradients }).emit).filter(({ op }) => op.name === 'Greater');
    expect(masks.map(node => node.outputs[0]!.type.shape)).toEqual([[2, 3, 3, 3]]);
  });
});
