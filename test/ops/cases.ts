/** The cases of the op records with their golden numbers, and the models that test them. */
import { readFileSync } from 'node:fs';
import { grad } from '../../src/grad.ts';
import { apply, type DType, type Graph, input, type Op, type OpCase, type Value } from '../../src/graph/index.ts';
import { encodeModel } from '../../src/onnx/index.ts';
import { mul, ops, reduceSum, reshape } from '../../src/ops/index.ts';
import { type Random, random } from '../../src/random.ts';
import type { Job, Plain, PlainTensor } from './child.ts';

interface Golden {
  readonly op: string;
  readonly case: number;
  readonly signature: string;
  readonly inputs: readonly PlainTensor[];
  readonly output: PlainTensor;
  readonly dy: PlainTensor | null;
  readonly gradients: readonly (PlainTensor | null)[];
}

export interface TableCase {
  readonly id: string;
  readonly op: Op;
  readonly given: OpCase<unknown>;
  readonly golden: Golden | undefined;
}

const goldens = (
  JSON.parse(readFileSync(new URL('../golden/ops.json', import.meta.url), 'utf8')) as { cases: Golden[] }
).cases;

/** A case as scripts/op-cases.mjs writes it. */
const signature = ({ inputs, attrs, domain }: OpCase<unknown>): string =>
  JSON.stringify({ inputs, attrs, domain }, (_, value: unknown) => {
    if (typeof value === 'bigint') return Number(value);
    if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
    return ArrayBuffer.isView(value) ? Array.from(value as Float32Array) : value;
  });

export const table: readonly TableCase[] = ops.flatMap(op =>
  op.cases.map((given, i) => ({
    id: `${op.name} ${i}`,
    op,
    given,
    golden: goldens.find(golden => golden.op === op.name && golden.signature === signature(given)),
  })),
);

export const isFloat = (dtype: DType): boolean => dtype.startsWith('float');

/** Which inputs are drawn (and may be moved): those the record gives by shape only. */
export const moved = ({ given }: TableCase): readonly number[] =>
  given.inputs.flatMap((x, i) => (Array.isArray(x) ? [i] : []));

const leaves = (golden: Golden): readonly Value[] =>
  golden.inputs.map(({ shape, dtype }, i) => input(`x${i}`, shape, dtype));

export const encoded = (inputs: readonly Value[], outputs: Readonly<Record<string, Value>>): Uint8Array => {
  const graph: Graph = { inputs, outputs: Object.values(outputs) };
  return encodeModel(graph, { outputs: Object.keys(outputs) });
};

const feedsOf = (golden: Golden): Plain => Object.fromEntries(golden.inputs.map((x, i) => [`x${i}`, x]));

/** The feeds with `step` times a direction added to the named float inputs. */
function along(feeds: Plain, direction: Plain, step: number): Plain {
  const shifted = Object.entries(direction).map(([name, v]) => {
    const x = feeds[name]!;
    const data = x.data.map((value, k) => Math.fround(Number(value) + step * Number(v.data[k])));
    return [name, { ...x, data }] as const;
  });
  return { ...feeds, ...Object.fromEntries(shifted) };
}

/** A direction whose largest component is 1. */
export function direction(names: readonly string[], feeds: Plain, rng: Random): Plain {
  const drawn = names.map(name => [name, feeds[name]!.data.map(() => rng.normal())] as const);
  const largest = Math.max(1e-9, ...drawn.flatMap(([, data]) => data.map(Math.abs)));
  return Object.fromEntries(
    drawn.map(([name, data]) => [
      name,
      { dtype: 'float32' as const, shape: feeds[name]!.shape, data: data.map(value => Math.fround(value / largest)) },
    ]),
  );
}

const epsilon = 0.02;
const stencil = [epsilon, -epsilon, 2 * epsilon, -2 * epsilon];

/** Fourth-order central difference from the values at +ε, −ε, +2ε, −2ε. */
export const fourthOrder = ([a, b, c, d]: readonly number[]): number => (8 * (a! - b!) - (c! - d!)) / (12 * epsilon);

/** Σ over names of Σ over elements of a·b. */
export function dot(a: Plain, b: Plain): number {
  let sum = 0;
  for (const [name, x] of Object.entries(a))
    x.data.forEach((value, k) => {
      sum += Number(value) * Number(b[name]!.data[k]);
    });
  return sum;
}

export interface Plan {
  readonly value: Job;
  readonly vjp: Job | undefined;
  readonly second: Job | undefined;
  /** One direction for each linear input, or one over all inputs. */
  readonly directions: readonly Plain[];
  /** Over inputs and dy together. */
  readonly secondDirection: Plain;
  /** What the vjp's outputs are weighed with in the second order. */
  readonly weights: Plain;
  /** Positions of the inputs that have a gradient. */
  readonly differentiable: readonly number[];
}

/** The models and runs of one case; run 0 of each is the golden point, the others move along a direction. */
export function plan(one: TableCase & { golden: Golden }): Plan {
  const { op, given, golden, id } = one;
  const feeds = feedsOf(golden);
  const rng = random(id);
  const names = moved(one).map(i => `x${i}`);
  const directions = given.linear
    ? names.map(name => direction([name], feeds, rng))
    : names.length > 0
      ? [direction(names, feeds, rng)]
      : [];
  const xs = leaves(golden);
  const y = apply(op, xs, given.attrs);
  const steps = given.linear ? [1, -1] : stencil;
  const value: Job = {
    id: `${id} value`,
    model: encoded(xs, { y }),
    runs: [feeds, ...directions.flatMap(v => steps.map(step => along(feeds, v, step)))],
  };
  const none = { value, vjp: undefined, second: undefined, directions, secondDirection: {}, weights: {} };
  if (!op.vjp || !golden.dy) return { ...none, differentiable: [] };
  const dy = input('dy', golden.dy.shape);
  const gradients = grad(y, xs, dy);
  const differentiable = gradients.flatMap((dx, i) => (dx ? [i] : []));
  if (differentiable.length === 0) return { ...none, differentiable };
  const outputs = Object.fromEntries(differentiable.map(i => [`dx${i}`, gradients[i]!]));
  const withDy: Plain = { ...feeds, dy: { ...golden.dy, dtype: 'float32' } };
  const secondDirection = direction([...names, 'dy'], withDy, rng);
  const vjp: Job = {
    id: `${id} vjp`,
    model: encoded([...xs, dy], outputs),
    runs: [withDy, ...stencil.map(step => along(withDy, secondDirection, step))],
  };
  return { value, vjp, directions, differentiable, secondDirection, ...secondOrder(id, xs, dy, outputs, withDy, rng) };
}

function secondOrder(
  id: string,
  xs: readonly Value[],
  dy: Value,
  firsts: Readonly<Record<string, Value>>,
  feeds: Plain,
  rng: Random,
): { second: Job; weights: Plain } {
  const us = Object.entries(firsts).map(([name, dx]) => input(`u_${name}`, dx.type.shape));
  const weights: Record<string, PlainTensor> = {};
  const products = Object.entries(firsts).map(([name, dx], k) => {
    const shape = dx.type.shape as readonly number[];
    const size = shape.reduce((product, dim) => product * dim, 1);
    weights[name] = { dtype: 'float32', shape, data: Array.from({ length: size }, () => Math.fround(rng.normal())) };
    return mul(dx, us[k]!);
  });
  const wrt = [...xs, dy];
  const outputs: Record<string, Value> = {};
  products.forEach((product, p) => {
    const total = reshape(reduceSum(product, [...product.type.shape.keys()]), []);
    grad(total, wrt).forEach((d, i) => {
      if (d) outputs[`${p}/${wrt[i]!.name}`] = d;
    });
  });
  const us_ = Object.fromEntries(Object.entries(weights).map(([name, u]) => [`u_${name}`, u]));
  return {
    second: { id: `${id} second`, model: encoded([...wrt, ...us], outputs), runs: [{ ...feeds, ...us_ }] },
    weights,
  };
}
