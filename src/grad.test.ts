import { beforeAll, describe, expect, test } from 'vitest';
import { grad } from './grad.ts';
import { constant, f32, floats, i64, input, print, topological, type Value } from './graph/index.ts';
import { encodeModel } from './onnx/index.ts';
import {
  add,
  argMax,
  cast,
  concat,
  exp,
  floor,
  gather,
  greater,
  identity,
  loop,
  mul,
  neg,
  reduceSum,
  relu,
  reshape,
  scalar,
  scale,
  sin,
  slice,
  sub,
  tanh,
  where,
} from './ops/index.ts';
import { nodeRuntime } from './runtime/node.ts';
import type { Runtime } from './runtime/runtime.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});

/** The values of `outputs` at the given inputs. */
async function at(
  feeds: readonly (readonly [Value, readonly number[]])[],
  outputs: readonly Value[],
): Promise<number[][]> {
  const names = outputs.map((_, i) => `out${i}`);
  const bytes = encodeModel({ inputs: feeds.map(([value]) => value), outputs }, { outputs: names });
  const session = await runtime.open(bytes);
  const entries = feeds.map(([value, data]) => [value.name!, f32([...data], value.type.shape as number[])] as const);
  const results = await session.run(Object.fromEntries(entries));
  await session.close();
  return names.map(name => [...floats(results[name])]);
}

const total = (x: Value): Value => reshape(reduceSum(x, [...x.type.shape.keys()]), []);

describe('grad', () => {
  test('a diamond adds what comes over both ways', async () => {
    const x = input('x', []);
    const h = mul(x, x);
    const [dx] = grad(add(mul(h, x), scale(h, 3)), [x]);
    expect(await at([[x, [2]]], [dx!])).toEqual([[3 * 4 + 6 * 2]]);
  });

  test('a chain of diamonds is walked once per node', async () => {
    const x = input('x', []);
    let y = x;
    for (let i = 0; i < 60; i++) y = scale(add(y, y), 0.5);
    const [dx] = grad(y, [x]);
    expect(topological([dx!]).length).toBeLessThan(1000);
    expect(await at([[x, [1]]], [dx!])).toEqual([[1]]);
  });

  test('a value used twice by one node', async () => {
    const x = input('x', [2]);
    const [dx] = grad(total(concat([x, mul(x, x), x], 0)), [x]);
    expect(await at([[x, [3, -1]]], [dx!])).toEqual([[8, 0]]);
  });

  test('the value itself, and the same value asked for twice', async () => {
    const x = input('x', []);
    const y = mul(x, x);
    const [dy, dx, again] = grad(y, [y, x, x]);
    expect(again).toBe(dx);
    expect(await at([[x, [5]]], [dy!, dx!])).toEqual([[1], [10]]);
  });

  test('a value asked for does not hide what lies behind it', async () => {
    const x = input('x', []);
    const h = exp(x);
    const [dx, dh] = grad(mul(h, h), [x, h]);
    expect(await at([[x, [0]]], [dx!, dh!])).toEqual([[2], [2]]);
  });

  test('in between: what lies behind is not walked when it was not asked for', async () => {
    const x = input('x', [3]);
    const h = identity(floor(x));
    const [dh] = grad(total(mul(h, h)), [h]);
    expect(await at([[x, [1.5, -0.5, 2]]], [dh!])).toEqual([[2, -2, 4]]);
  });

  test('constants take no gradient and may be asked for', async () => {
    const x = input('x', []);
    const c = constant(f32([4], []));
    const [dx, dc] = grad(mul(x, c), [x, c]);
    expect(await at([[x, [3]]], [dx!, dc!])).toEqual([[4], [3]]);
  });

  test('null where y does not depend on it', () => {
    const [x, other] = [input('x', []), input('other', [])];
    expect(grad(mul(x, x), [other])).toEqual([null]);
    expect(grad(mul(x, x), [x, other])[1]).toBeNull();
    expect(grad(scalar(1), [x])).toEqual([null]);
    expect(grad(mul(x, x), [])).toEqual([]);
  });

  test('nothing flows through whole numbers', () => {
    const x = input('x', [3]);
    const counted = cast(cast(x, 'int64'), 'float32');
    expect(grad(total(counted), [x])).toEqual([null]);
    expect(grad(total(where(greater(x, scalar(0)), scalar(1), scalar(2))), [x])).toEqual([null]);
  });

  test('a starting gradient replaces 1', async () => {
    const x = input('x', [2]);
    const [dx] = grad(mul(x, x), [x], constant(f32([10, -1])));
    expect(await at([[x, [1, 2]]], [dx!])).toEqual([[20, -4]]);
  });

  test('y that is no scalar starts with ones', async () => {
    const x = input('x', [2]);
    expect(await at([[x, [1, 2]]], [grad(mul(x, x), [x])[0]!])).toEqual([[2, 4]]);
  });

  test('third derivatives', async () => {
    const x = input('x', []);
    let y = sin(x);
    for (let order = 0; order < 3; order++) y = grad(y, [x])[0]!;
    const [[value]] = (await at([[x, [0.7]]], [y])) as [[number]];
    expect(value).toBeCloseTo(-Math.cos(0.7), 6);
  });

  test('broadcast inputs get gradients of their own shapes', () => {
    const [a, b, c] = [input('a', [2, 3]), input('b', [3]), input('c', [])];
    const shapes = grad(total(mul(add(a, b), c)), [a, b, c]).map(d => d!.type.shape);
    expect(shapes).toEqual([[2, 3], [3], []]);
  });

  test('a gather of rows, also by int32', async () => {
    const x = input('x', [3]);
    const rows = cast(constant(i64([1, 1, 2])), 'int32');
    const [dx] = grad(total(mul(gather(x, rows), constant(f32([1, 10, 100])))), [x]);
    expect(await at([[x, [0, 0, 0]]], [dx!])).toEqual([[0, 11, 100]]);
  });

  test('20,000 nodes in a row', async () => {
    const x = input('x', [2]);
    let y = x;
    for (let i = 0; i < 10_000; i++) y = relu(neg(y));
    const [dx] = grad(total(y), [x]);
    expect(dx!.type.shape).toEqual([2]);
    expect(topological([dx!]).length).toBeGreaterThan(40_000);
    expect(print([dx!]).split('\n').length).toBeGreaterThan(40_000);
  });

  test('a wide sum of 300 terms', async () => {
    const x = input('x', [2]);
    const terms = Array.from({ length: 300 }, (_, i) => scale(tanh(slice(x, 0, i % 2, (i % 2) + 1)), 0.001));
    const [dx] = grad(total(concat(terms, 0)), [x]);
    const [values] = await at([[x, [0, 0]]], [dx!]);
    for (const value of values!) expect(value).toBeCloseTo(0.15, 5);
  });

  describe('names the op that stops it', () => {
    const x = input('x', [3]);
    const count = constant(i64([2], []));
    const looped = loop(count, [x], 'trips', (_, [h]) => ({ state: [sub(h!, scalar(1))], emit: [] })).state[0]!;
    test.each([
      ['Floor', floor(x)],
      ['ArgMax', argMax(x, 0)],
      ['Greater', greater(x, scalar(0))],
      ['Loop', looped],
    ])('%s', (name, y) => {
      expect(() => grad(y, [x], y)).toThrow(`${name} has no gradient`);
    });
  });
});
