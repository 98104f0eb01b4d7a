import { describe, expect, test } from 'vitest';
import { add, matMul, mul, relu } from '../ops/index.ts';
import { apply, constant, constantTensor, input, type Op, print, topological, typeText } from './graph.ts';
import { bools, f32, floats, i32, i64, sizeOf, strings, u8 } from './tensor.ts';

describe('tensors', () => {
  test('one builder a type', () => {
    expect(f32([1, 2]).data).toEqual(Float32Array.of(1, 2));
    expect(i32([1], []).shape).toEqual([]);
    expect(i64([1, -2]).data).toEqual(BigInt64Array.of(1n, -2n));
    expect(u8([255]).data).toEqual(Uint8Array.of(255));
    expect(bools([true, false]).data).toEqual(Uint8Array.of(1, 0));
    expect(strings(['a'], [1, 1]).shape).toEqual([1, 1]);
  });

  test('typed arrays are taken without copying', () => {
    const data = Float32Array.of(1, 2);
    expect(f32(data).data).toBe(data);
  });

  test('size and shape must agree', () => {
    expect(() => f32([1, 2, 3], [2, 2])).toThrow(/shape \[2,2\] has 4 elements, got 3/);
    expect(sizeOf([])).toBe(1);
    expect(sizeOf([3, 0])).toBe(0);
  });

  test('floats() takes float32 only', () => {
    expect(floats(f32([1]))).toEqual(Float32Array.of(1));
    expect(() => floats(i32([1]))).toThrow(/int32/);
    expect(() => floats(undefined)).toThrow(/none/);
  });
});

describe('graphs', () => {
  test('each node comes after its inputs, once', () => {
    const x = input('x', [2]);
    const h = relu(x);
    const y = mul(add(h, h), add(h, x));
    const order = topological([y, h]);
    const places = new Map(order.map((node, i) => [node, i]));
    expect(places.size).toBe(order.length);
    for (const node of order)
      for (const value of node.inputs) expect(places.get(value.node)).toBeLessThan(places.get(node)!);
  });

  test('a boundary stops the walk', () => {
    const x = input('x', [2]);
    const h = relu(x);
    expect(topological([relu(h)], new Set([h])).map(node => node.op.name)).toEqual(['Relu']);
    expect(topological([h], new Set([h]))).toEqual([]);
  });

  test('a node that is met again before its turn is ordered by its deepest use', () => {
    const a = relu(input('a', [1]));
    const b = relu(a);
    const names = topological([add(a, add(b, a))]).map(node => node.op.name);
    expect(names).toEqual(['Input', 'Relu', 'Relu', 'Add', 'Add']);
  });

  test('100,000 nodes do not overflow the stack', () => {
    let y = input('x', [1]);
    for (let i = 0; i < 100_000; i++) y = relu(y);
    expect(topological([y]).length).toBe(100_001);
  });

  test('printing names values, types and ops', () => {
    const x = input('x', ['N', 2]);
    const w = constant(f32([1, 2], [2, 1]), 'w');
    const z = matMul(x, w);
    z.name = 'z';
    expect(print([relu(z)])).toBe('z: float32[N, 1] = MatMul(x, w)\n%3: float32[N, 1] = Relu(z)');
    expect(typeText(x.type)).toBe('float32[N, 2]');
  });

  test('constants can be read, other values not', () => {
    const tensor = f32([1]);
    expect(constantTensor(constant(tensor))).toBe(tensor);
    expect(constantTensor(input('x', [1]))).toBeUndefined();
  });

  test('a wrong shape names op, expected and got', () => {
    const [a, b] = [input('a', [2, 3]), input('b', [2, 3])];
    expect(() => matMul(a, b)).toThrow('MatMul: expected […, m, k] and […, k, n], got float32[2, 3] and float32[2, 3]');
  });

  test('an op of several outputs gives one value each', () => {
    const pair: Op<null> = { name: 'Pair', infer: ([x]) => [x!, x!], emit: () => ({}), vjp: null, cases: [] };
    const { node } = apply(pair, [input('x', [1])], null);
    expect(node.outputs.map(({ index }) => index)).toEqual([0, 1]);
  });
});
