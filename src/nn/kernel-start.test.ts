/** The first weights of kernels keep the size of what goes through them. */
import { expect, test } from 'vitest';
import { floats, input } from '../graph/index.ts';
import { random } from '../random.ts';
import {
  conv1d,
  conv2d,
  convTranspose1d,
  convTranspose2d,
  depthwiseConv2d,
  forward,
  inference,
  initialise,
  type LayerSpec,
  network,
  parametersOf,
  place,
  rowsAtATime,
} from './index.ts';
import { compute, drawn } from './testing.case.ts';

const cases: readonly (readonly [string, LayerSpec, readonly number[]])[] = [
  ['a convolution', conv2d(48, 3), [16, 12, 12]],
  ['groups', conv2d(48, 3, 'linear', { groups: 4 }), [16, 12, 12]],
  ['channels on their own', depthwiseConv2d(64, 5), [64, 12, 12]],
  ['a dilated convolution of sequences', conv1d(64, 5, 'linear', { dilation: 2 }), [16, 60]],
  ['a transposed convolution', convTranspose2d(32, 4, 'linear', { stride: 2 }), [24, 10, 10]],
  ['a transposed convolution in groups', convTranspose2d(32, 3, 'linear', { groups: 4 }), [32, 10, 10]],
  ['a transposed convolution of sequences', convTranspose1d(32, 6, 'linear', { stride: 3 }), [24, 40]],
];

/** The mean square of y over the middle of its maps, where every window is full. */
async function meanSquare(spec: LayerSpec, row: readonly number[]): Promise<number> {
  const layers = place(network([spec]), row);
  const leaves = new Map(parametersOf(layers).map(({ name, shape }) => [name, input(name, shape)]));
  const x = input('x', [4, ...row]);
  const { y } = forward(layers, x, leaves, inference);
  const rng = random('kernels');
  const made = await compute(
    [x, ...leaves.values()],
    { y },
    { x: drawn([4, ...row], rng), ...Object.fromEntries(initialise(layers, rng)) },
  );
  const sizes = layers[0]!.outputShape.slice(1);
  const margin = 6;
  let [sum, count] = [0, 0];
  made.y!.forEach((value, i) => {
    let rest = i;
    const inside = sizes.toReversed().every(size => {
      const at = rest % size;
      rest = Math.floor(rest / size);
      return at >= Math.min(margin, (size - 1) / 2) && at < Math.max(size - margin, (size + 1) / 2);
    });
    if (!inside) return;
    sum += value * value;
    count++;
  });
  return sum / count;
}

test.each(cases)('%s: variance 1 in, variance 1 out', async (_, spec, row) => {
  expect(Math.abs((await meanSquare(spec, row)) - 1)).toBeLessThan(0.15);
});

test('before ReLU twice the variance, as He et al. 2015; the fans are those of PyTorch', async () => {
  expect(Math.abs((await meanSquare({ ...conv2d(64, 3), initial: 'he-normal' }, [16, 12, 12])) - 2)).toBeLessThan(0.3);
  const [weight, bias] = parametersOf(place(network([conv2d(64, [3, 5], 'relu')]), [16, 12, 12]));
  expect(weight).toMatchObject({
    shape: [64, 16, 3, 5],
    initial: 'he-normal',
    fanIn: 240,
    fanOut: 960,
    role: 'weight',
  });
  expect(bias).toMatchObject({ shape: [64], initial: 'zeros', role: 'bias' });
  expect(floats(initialise(place(network([conv2d(2, 1)]), [1, 1, 1]), random(1)).get('conv2d1.bias'))).toEqual(
    new Float32Array(2),
  );
});

test('rows go through wide maps a few at a time', () => {
  const maps = (size: number) => place(network([conv2d(64, 3, 'relu', { padding: 'same' })]), [3, size, size]);
  expect(rowsAtATime(maps(8), 4096)).toBeGreaterThan(1000);
  const rows = rowsAtATime(maps(224), 4096);
  expect(rows).toBeGreaterThanOrEqual(1);
  expect(rows * 67 * 224 * 224).toBeLessThanOrEqual(2 ** 24);
  expect(rowsAtATime(maps(4096), 4096)).toBe(1);
  expect(rowsAtATime([], 4096)).toBe(4096);
});
