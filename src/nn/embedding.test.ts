/** Which entry a number looks up. */
import { expect, test } from 'vitest';
import { f32, input } from '../graph/index.ts';
import { embedding, forward, inference, network, place } from './index.ts';
import { compute } from './testing.case.ts';

test('numbers are rounded to codes, what is out of range to the nearest, what is missing to 0', async () => {
  const numbers = [0, 1, 2, 3, 0.4, 0.6, 2.49, -1, -1e30, 4, 3.5, 1e30, Number.NaN, Infinity, -Infinity];
  const codes = [0, 1, 2, 3, 0, 1, 2, 0, 0, 3, 3, 3, 0, 3, 0];
  const layers = place(network([embedding(4, 2)]), [numbers.length]);
  const weight = input('embedding1.weight', [4, 2]);
  const x = input('x', [1, numbers.length]);
  const { y } = forward(layers, x, new Map([['embedding1.weight', weight]]), inference);
  const made = await compute(
    [x, weight],
    { y },
    { x: f32(numbers, [1, numbers.length]), 'embedding1.weight': f32([0, 10, 1, 11, 2, 12, 3, 13], [4, 2]) },
  );
  expect([...made.y!]).toEqual(codes.flatMap(code => [code, code + 10]));
});
