/** Split against slices: values, gradients with parts that have none, what it refuses. */
import { describe, expect, test } from 'vitest';
import { grad } from '../grad.ts';
import { constant, input, type Value } from '../graph/index.ts';
import { compute, drawn, expectNear } from '../nn/testing.case.ts';
import { random } from '../random.ts';
import { add, mul, reduceSum, slice, split } from './index.ts';

const x = input('x', [2, 6]);
const sizes = [1, 3, 2];

const slices = (): readonly Value[] => [slice(x, 1, 0, 1), slice(x, 1, 1, 4), slice(x, 1, 4, 6)];
const square = (value: Value): Value =>
  reduceSum(mul(value, mul(value, constant(drawn(value.type.shape as number[], random('w'))))), [0, 1]);

/** Parts, gradients where only some of them are used, and second derivatives. */
function everything(parts: readonly Value[]): Record<string, Value> {
  const [all] = grad(parts.map(square).reduce(add), [x]);
  const [some] = grad(square(parts[1]!), [x]);
  const [twice] = grad(square(all!), [x]);
  return { all: all!, some: some!, twice: twice!, ...Object.fromEntries(parts.map((part, i) => [`part ${i}`, part])) };
}

test.each([1, -1])('parts along axis %i are slices', async axis => {
  const feeds = { x: drawn([2, 6], random(3)) };
  const [ours, theirs] = [
    await compute([x], everything(split(x, axis, sizes)), feeds),
    await compute([x], everything(slices()), feeds),
  ];
  for (const [name, values] of Object.entries(theirs)) expectNear(ours[name]!, values, 1e-6);
});

test('one part is the whole', () => {
  expect(split(x, 1, [6])).toEqual([x]);
});

describe('refuses', () => {
  test.each([[[1, 2]], [[3, 4]], [[6, 0]]])('parts %j of six', wrong => {
    expect(() => split(x, 1, wrong)).toThrow(/Split: expected parts \[.*\] that make up axis 1, got float32\[2, 6\]/);
  });

  test('an axis that is not there', () => {
    expect(() => split(x, 2, [1, 1])).toThrow(/Split: expected an axis/);
  });
});
