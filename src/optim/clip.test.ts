/** Clipping against arithmetic by hand. */
import { expect, test } from 'vitest';
import { f32, input } from '../graph/index.ts';
import { compute, expectNear } from '../nn/testing.case.ts';
import { clipByNorm } from './index.ts';

const a = input('a', [2, 1]);
const b = input('b', []);

async function clipped(first: readonly number[], second: number, limit: number) {
  const [x, y] = clipByNorm([a, b], limit);
  expect([x!.type.shape, y!.type.shape]).toEqual([[2, 1], []]);
  return compute([a, b], { x: x!, y: y! }, { a: f32(first, [2, 1]), b: f32([second], []) });
}

test('gradients longer than the limit together are scaled to it together', async () => {
  const { x, y } = await clipped([2, 3], 6, 1);
  expectNear(x!, [2 / 7, 3 / 7], 1e-6);
  expectNear(y!, [6 / 7], 1e-6);
});

test('shorter ones are left as they are, to the bit', async () => {
  const { x, y } = await clipped([0.2, -0.3], 0.6, 1);
  expect([...x!, ...y!]).toEqual([0.2, -0.3, 0.6].map(Math.fround));
});

test('at the limit, at 0 and for a gradient of 0', async () => {
  const exact = await clipped([2, 3], 6, 7);
  expect([...exact.x!, ...exact.y!]).toEqual([2, 3, 6]);
  const none = await clipped([0, 0], 0, 0.5);
  expect([...none.x!, ...none.y!]).toEqual([0, 0, 0]);
});

test('members are held to the limit one by one', async () => {
  const members = input('members', [2, 2]);
  const [g] = clipByNorm([members], 1, 2);
  const { y } = await compute([members], { y: g! }, { members: f32([3, 4, 0.3, 0.4], [2, 2]) });
  expectNear(y!, [0.6, 0.8, 0.3, 0.4], 1e-6);
});
