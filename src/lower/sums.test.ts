/** Long sums over the first axes are products with ones, and the same sums. */
import { expect, test } from 'vitest';
import { input } from '../graph/index.ts';
import { reduceSum } from '../ops/index.ts';
import { compared } from './compared.case.ts';

test.each([
  ['rows', [4096, 65], [0]],
  ['maps, whatever the order of the axes', [20, 21, 22, 33], [2, 0, 1]],
])('long sums of %s are a product', async (_, shape, axes) => {
  const x = input('x', shape);
  const used = await compared([x], [reduceSum(x, axes)], { tolerance: 1e-4 });
  expect([used.has('Gemm'), used.has('ReduceSum')]).toEqual([true, false]);
});

test.each([
  ['short ones', [128, 512], [0]],
  ['those of the last axis', [512, 600], [1]],
  ['those of an axis between', [16, 300, 100], [0, 2]],
  ['those of all axes', [512, 600], [0, 1]],
])('%s stay', async (_, shape, axes) => {
  const x = input('x', shape);
  const used = await compared([x], [reduceSum(x, axes)], { tolerance: 1e-4 });
  expect(used.has('Gemm')).toBe(false);
});
