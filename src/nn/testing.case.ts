/** What tests of graphs share: programs on the native runtime, closeness, golden numbers. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { f32, floats, i32, type Tensor, type Value } from '../graph/index.ts';
import { encodeModel } from '../onnx/index.ts';
import type { Random } from '../random.ts';
import { nodeRuntime } from '../runtime/node.ts';
import type { Tensors } from '../runtime/runtime.ts';

export type Program = (feeds: Tensors) => Promise<Readonly<Record<string, Float32Array>>>;

/** Opens float outputs as a program on the native runtime; the keys of `outputs` name them. */
export async function program(inputs: readonly Value[], outputs: Readonly<Record<string, Value>>): Promise<Program> {
  const graph = { inputs, outputs: Object.values(outputs) };
  const runtime = await nodeRuntime({ threads: 1 });
  const session = await runtime.open(encodeModel(graph, { outputs: Object.keys(outputs) }));
  return async feeds => {
    const results = await session.run(feeds);
    return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, floats(tensor)]));
  };
}

/** Opens, runs once. */
export const compute = async (
  inputs: readonly Value[],
  outputs: Readonly<Record<string, Value>>,
  feeds: Tensors,
): Promise<Readonly<Record<string, Float32Array>>> => (await program(inputs, outputs))(feeds);

/** Expects equal lengths and |a − b| ≤ tolerance · (1 + |b|) everywhere; NaN is close to nothing. */
export function expectNear(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < actual.length; i++) {
    const [a, b] = [actual[i]!, expected[i]!];
    const near = a === b || Math.abs(a - b) <= tolerance * (1 + Math.abs(b));
    if (!near) expect.fail(`element ${i} is ${a}, expected ${b} within ${tolerance}`);
  }
}

/** Normal numbers, each at least `gap` away from 0. */
export function drawn(shape: readonly number[], rng: Random, gap = 0): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  const data = Float32Array.from({ length: size }, () => {
    const value = rng.normal();
    return value + Math.sign(value) * gap;
  });
  return f32(data, shape);
}

/** Fourth-order central difference of f at 0. */
export async function difference(f: (t: number) => Promise<number>, step = 0.02): Promise<number> {
  const [a, b, c, d] = [await f(step), await f(-step), await f(2 * step), await f(-2 * step)];
  return (8 * (a - b) - (c - d)) / (12 * step);
}

export interface GoldenTensor {
  readonly dtype?: 'int64';
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** A file of test/golden. */
export const golden = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../../test/golden/${name}.json`, import.meta.url), 'utf8')) as T;

export const goldenTensor = ({ dtype, data, shape }: GoldenTensor): Tensor =>
  dtype ? i32(data, shape) : f32(data, shape);

/** Whether two arrays hold the same bits. */
export const sameBits = (a: Float32Array, b: Float32Array): boolean =>
  Buffer.from(a.buffer, a.byteOffset, a.byteLength).equals(Buffer.from(b.buffer, b.byteOffset, b.byteLength));
