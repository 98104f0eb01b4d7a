/** What the table of cases cannot say: batches of any size, padding before a window, whole maps, refusals. */
import { describe, expect, test } from 'vitest';
import { grad } from '../grad.ts';
import { f32, input, type Tensor, topological, type Value } from '../graph/index.ts';
import { compute, expectNear } from '../nn/testing.case.ts';
import { random } from '../random.ts';
import { averagePool, conv, convTranspose, globalAveragePool, maxPool, pad } from './index.ts';

const rng = random('windows');
const drawn = (...shape: number[]): Tensor =>
  f32(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => rng.normal() - 2),
    shape,
  );

/** The inputs that a value is made from. */
const leaves = (y: Value): readonly Value[] =>
  topological([y]).flatMap(({ op, outputs }) => (op.leaf === 'input' ? [outputs[0]!] : []));

const ones = ({ type }: Value): Tensor => {
  const shape = type.shape as number[];
  return f32(new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1), shape);
};

describe('a batch with a name', () => {
  const w = input('w', [2, 2, 3, 3]);
  const x = input('x', ['N', 2, 6, 5]);
  const forms: Readonly<Record<string, readonly [Value, Value]>> = {
    conv: [
      conv(x, w, undefined, { strides: [2, 1] }),
      conv(input('x', [3, 2, 6, 5]), w, undefined, { strides: [2, 1] }),
    ],
    convTranspose: [convTranspose(x, w, undefined), convTranspose(input('x', [3, 2, 6, 5]), w, undefined)],
    maxPool: [maxPool(x, { kernel: [2, 2] }), maxPool(input('x', [3, 2, 6, 5]), { kernel: [2, 2] })],
    averagePool: [averagePool(x, { kernel: [2, 2] }), averagePool(input('x', [3, 2, 6, 5]), { kernel: [2, 2] })],
    globalAveragePool: [globalAveragePool(x), globalAveragePool(input('x', [3, 2, 6, 5]))],
  };
  test.each(Object.entries(forms))('%s', async (_, [free, fixed]) => {
    expect(free.type.shape).toEqual(['N', ...fixed.type.shape.slice(1)]);
    const feeds = { x: drawn(3, 2, 6, 5), w: drawn(2, 2, 3, 3) };
    const run = (y: Value) => {
      const inputs = leaves(y);
      return compute(inputs, { y }, Object.fromEntries(inputs.map(({ name }) => [name!, feeds[name as 'x']])));
    };
    expectNear((await run(free)).y!, (await run(fixed)).y!, 0);
  });
});

/** Padding of its own is not the padding of the windows after it: the runtime must not melt them into one. */
describe('a window after padding', () => {
  const around = (x: Value): Value => pad(pad(x, 2, 1, 1), 3, 1, 0);
  const small = input('w', [4, 3, 2, 2]);
  const forms: Readonly<Record<string, readonly [Value, (padded: Value) => Value]>> = {
    'of the image': [input('x', [2, 3, 5, 6]), padded => conv(padded, small, undefined)],
    'of the kernels': [input('x', [4, 3, 2, 2]), padded => conv(input('w', [2, 3, 5, 6]), padded, undefined)],
    'of the largest': [input('x', [2, 3, 5, 6]), padded => maxPool(padded, { kernel: [3, 2], strides: [1, 1] })],
    'of the mean': [
      input('x', [2, 3, 5, 6]),
      padded => averagePool(padded, { kernel: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1] }),
    ],
  };
  test.each(Object.entries(forms))('%s', async (_, [x, form]) => {
    const run = (leaf: Value, y: Value, value: Tensor) => {
      const w = leaves(y).filter(({ name }) => name === 'w');
      return compute([leaf, ...w], { y }, { x: value, ...Object.fromEntries(w.map(v => ['w', ones(v)])) });
    };
    const value = drawn(...(x.type.shape as number[]));
    const padded = await run(x, around(x), value);
    const wide = input('x', around(x).type.shape);
    const apart = await run(wide, form(wide), f32(padded.y!, wide.type.shape as number[]));
    expectNear((await run(x, form(around(x)), value)).y!, apart.y!, 1e-6);
  });
});

test('the mean of whole maps is the average pool of a window as large, with the same gradient', async () => {
  const x = input('x', [2, 3, 4, 5]);
  const dy = input('dy', [2, 3, 1, 1]);
  const forms = [globalAveragePool(x), averagePool(x, { kernel: [4, 5] })];
  const outputs = forms.flatMap((y, i) => [[`y${i}`, y] as const, [`dx${i}`, grad(y, [x], dy)[0]!] as const]);
  const found = await compute([x, dy], Object.fromEntries(outputs), { x: drawn(2, 3, 4, 5), dy: drawn(2, 3, 1, 1) });
  expectNear(found.y0!, found.y1!, 1e-6);
  expectNear(found.dx0!, found.dx1!, 1e-6);
});

describe('refusals say the op, what was expected and what came', () => {
  const x = input('x', [2, 4, 5, 5]);
  const w = (...shape: number[]): Value => input('w', shape);
  test.each([
    ['channels', () => conv(x, w(2, 3, 3, 3), undefined), 'Conv: expected w [K, C/1, …kernel]'],
    ['groups', () => conv(x, w(3, 2, 3, 3), undefined, { group: 2 }), 'with K a multiple of 2, got'],
    ['a bias', () => conv(x, w(2, 4, 3, 3), w(3)), 'Conv: expected a bias [2]'],
    ['a kernel that is too large', () => conv(x, w(2, 4, 6, 3), undefined), 'that fits into the padded input'],
    ['a stride', () => conv(x, w(2, 4, 3, 3), undefined, { strides: [0, 1] }), 'strides ≥ 1'],
    ['one stride for two axes', () => conv(x, w(2, 4, 3, 3), undefined, { strides: [2] }), 'for 2 axes'],
    ['negative pads', () => conv(x, w(2, 4, 3, 3), undefined, { pads: [-1, 0, 0, 0] }), 'pads ≥ 0'],
    ['an image without batch', () => conv(input('x', [4, 5]), w(4, 5), undefined), '[N, C, size] or'],
    ['a free height', () => conv(input('x', [1, 4, 'H', 5]), w(2, 4, 3, 3), undefined), 'known at compile time'],
    ['transposed channels', () => convTranspose(x, w(3, 2, 2, 2), undefined), 'ConvTranspose: expected w [C, K/1'],
    [
      'output padding',
      () => convTranspose(x, w(4, 2, 2, 2), undefined, { outputPadding: [1, 0] }),
      'below the strides',
    ],
    ['pads that leave nothing', () => convTranspose(x, w(4, 2, 1, 1), undefined, { pads: [3, 0, 3, 0] }), 'leave'],
    [
      'a kernel for another rank',
      () => maxPool(x, { kernel: [2] }),
      'MaxPool: expected a kernel for each spatial axis',
    ],
    ['windows of padding', () => averagePool(x, { kernel: [2, 2], pads: [2, 0, 0, 0] }), 'below the kernel'],
    [
      'windows that step over the map',
      () => maxPool(input('x', [1, 1, 2]), { kernel: [2], strides: [1], dilations: [3], pads: [1, 1] }),
      'no window holds padding only',
    ],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });
});
