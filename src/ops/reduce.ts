/** Reductions along one axis that are not sums. */
import { apply, f32, type Op, sizeOf, type Value } from '../graph/index.ts';
import { axisOf, reducedAxis, requireFloat, staticShape } from './check.ts';
import { cast, div, equal, exp, mul, scale, sub } from './math.ts';
import { reduceSum } from './shape.ts';

const ReduceMax: Op<{ axis: number }> = {
  name: 'ReduceMax',
  infer([x], { axis }) {
    requireFloat('ReduceMax', [x!]);
    const at = reducedAxis('ReduceMax', axis, x!);
    return [{ dtype: x!.dtype, shape: x!.shape.map((dim, i) => (i === at ? 1 : dim)) }];
  },
  emit: ({ axis }) => ({
    attributes: { keepdims: { int: 1 } },
    constants: [{ dtype: 'int64', shape: [1], data: BigInt64Array.of(BigInt(axis)) }],
  }),
  vjp([dy], { inputs: [x], outputs: [y], attrs }) {
    const mask = cast(equal(x!, y!), 'float32');
    return [mul(mask, div(dy!, reduceSum(mask, [attrs.axis])))];
  },
  cases: [
    { inputs: [[3, 4]], attrs: { axis: 1 }, domain: 'distinct' },
    { inputs: [[3, 4]], attrs: { axis: -2 }, domain: 'distinct' },
    { inputs: [[2, 3, 2]], attrs: { axis: 1 }, domain: 'distinct' },
    { inputs: [f32([1, 3, 3, 2, 2, 2], [2, 3])], attrs: { axis: 1 } },
  ],
};

const ArgMax: Op<{ axis: number }> = {
  name: 'ArgMax',
  infer([x], { axis }) {
    requireFloat('ArgMax', [x!]);
    const at = reducedAxis('ArgMax', axis, x!);
    return [{ dtype: 'int64', shape: x!.shape.map((dim, i) => (i === at ? 1 : dim)) }];
  },
  emit: ({ axis }) => ({ attributes: { axis: { int: axis }, keepdims: { int: 1 } } }),
  vjp: null,
  cases: [
    { inputs: [[3, 4]], attrs: { axis: 1 }, domain: 'distinct' },
    { inputs: [[2, 3, 2]], attrs: { axis: -2 }, domain: 'distinct' },
    { inputs: [f32([1, 3, 3, 2, 2, 2], [2, 3])], attrs: { axis: 1 } },
  ],
};

function alongAxis(name: string, rule: (dy: Value, y: Value, axis: number) => Value): Op<{ axis: number }> {
  return {
    name,
    infer([x], { axis }) {
      requireFloat(name, [x!]);
      axisOf(name, axis, x!);
      return [x!];
    },
    emit: ({ axis }) => ({ attributes: { axis: { int: axis } } }),
    vjp: ([dy], { outputs: [y], attrs }) => [rule(dy!, y!, attrs.axis)],
    cases: [
      { inputs: [[3, 4]], attrs: { axis: -1 } },
      { inputs: [[2, 3, 2]], attrs: { axis: 1 } },
      { inputs: [[3, 2]], attrs: { axis: 0 } },
      { inputs: [f32([1000, 999, 0, -1000, -1000, -1000], [2, 3])], attrs: { axis: 1 } },
    ],
  };
}

const Softmax = alongAxis('Softmax', (dy, y, axis) => mul(y, sub(dy, reduceSum(mul(y, dy), [axis]))));
const LogSoftmax = alongAxis('LogSoftmax', (dy, y, axis) => sub(dy, mul(exp(y), reduceSum(dy, [axis]))));

export const reduceMax = (x: Value, axis: number): Value => apply(ReduceMax, [x], { axis });
/** Index of the largest along `axis` (first of equals), int64; the axis stays as size 1. */
export const argMax = (x: Value, axis: number): Value => apply(ArgMax, [x], { axis });
export const softmax = (x: Value, axis = -1): Value => apply(Softmax, [x], { axis });
export const logSoftmax = (x: Value, axis = -1): Value => apply(LogSoftmax, [x], { axis });

/** Mean over `axes` of known size, which stay as size 1. */
export function reduceMean(x: Value, axes: readonly number[]): Value {
  const dims = axes.map(axis => x.type.shape[axisOf('mean', axis, x.type)]!);
  const count = sizeOf(staticShape('mean', { dtype: x.type.dtype, shape: dims }));
  return scale(reduceSum(x, axes), 1 / count);
}
export const reduceOps: readonly Op[] = [ReduceMax, ArgMax, Softmax, LogSoftmax];
