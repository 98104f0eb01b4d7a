/** Movement ops and ReduceSum: their gradients are each other. */
import { apply, type Dim, f32, i64, type Op, sizeOf, strings, type Type, type Value } from '../graph/index.ts';
import { axisOf, reducedAxis, reject, requireFloat, sameShape, staticShape } from './check.ts';

const Identity: Op<null> = {
  name: 'Identity',
  infer: types => [types[0]!],
  emit: () => ({}),
  vjp: ([dy]) => [dy!],
  cases: [{ inputs: [[2, 3]], attrs: null, linear: true }],
};

/** Same values, a node of its own (a loop's state and its stacked output must not be one value). */
export const identity = (x: Value): Value => apply(Identity, [x], null);

const Reshape: Op<{ shape: readonly Dim[] }> = {
  name: 'Reshape',
  infer([x], { shape }) {
    const symbols = (dims: readonly Dim[]) => dims.filter(dim => typeof dim === 'string').join();
    const count = (dims: readonly Dim[]) => sizeOf(dims.filter(dim => typeof dim === 'number'));
    if (symbols(shape) !== symbols(x!.shape) || symbols(shape).includes(',') || count(shape) !== count(x!.shape)) {
      reject('Reshape', `as many elements as [${shape}]`, [x!]);
    }
    return [{ dtype: x!.dtype, shape }];
  },
  emit: ({ shape }) => ({ constants: [i64(shape.map(dim => (typeof dim === 'number' ? dim : -1)))] }),
  vjp: ([dy], { inputs }) => [reshape(dy!, inputs[0]!.type.shape)],
  cases: [
    { inputs: [[2, 6]], attrs: { shape: [3, 4] }, linear: true },
    { inputs: [[4]], attrs: { shape: [2, 1, 2] }, linear: true },
    { inputs: [[1]], attrs: { shape: [] }, linear: true },
    { inputs: [[]], attrs: { shape: [1, 1] }, linear: true },
    { inputs: [strings(['a', 'b'])], attrs: { shape: [2, 1] } },
  ],
};

/** Same elements in row-major order, another shape. */
export const reshape = (x: Value, shape: readonly Dim[]): Value =>
  sameShape(x.type.shape, shape) ? x : apply(Reshape, [x], { shape });

const Transpose: Op<{ perm: readonly number[] }> = {
  name: 'Transpose',
  infer([x], { perm }) {
    if (
      perm.length !== x!.shape.length ||
      new Set(perm).size !== perm.length ||
      perm.some(axis => x!.shape[axis] === undefined)
    ) {
      reject('Transpose', `an input that perm [${perm}] permutes`, [x!]);
    }
    return [{ dtype: x!.dtype, shape: perm.map(axis => x!.shape[axis]!) }];
  },
  emit: ({ perm }) => ({ attributes: { perm: { ints: perm } } }),
  vjp: ([dy], { attrs }) => [
    transpose(
      dy!,
      attrs.perm.map((_, axis) => attrs.perm.indexOf(axis)),
    ),
  ],
  cases: [
    { inputs: [[2, 3]], attrs: { perm: [1, 0] }, linear: true },
    { inputs: [[2, 3, 4]], attrs: { perm: [2, 0, 1] }, linear: true },
    { inputs: [[2, 1, 3, 2]], attrs: { perm: [3, 1, 0, 2] }, linear: true },
    { inputs: [[]], attrs: { perm: [] }, linear: true },
  ],
};

/** y[…, iₖ, …] with axis k of y = axis perm[k] of x. */
export const transpose = (x: Value, perm: readonly number[]): Value => apply(Transpose, [x], { perm });

const Expand: Op<{ shape: readonly number[] }> = {
  name: 'Expand',
  infer([x], { shape }) {
    const from = staticShape('Expand', x!);
    const lead = shape.length - from.length;
    if (lead < 0 || from.some((dim, i) => dim !== 1 && dim !== shape[lead + i]))
      reject('Expand', `an input that broadcasts to [${shape}]`, [x!]);
    return [{ dtype: x!.dtype, shape }];
  },
  emit: ({ shape }) => ({ constants: [i64(shape)] }),
  vjp: ([dy], { inputs }) => [unbroadcast(dy!, inputs[0]!.type)],
  cases: [
    { inputs: [[1, 3]], attrs: { shape: [2, 3] }, linear: true },
    { inputs: [[3, 1]], attrs: { shape: [2, 3, 4] }, linear: true },
    { inputs: [[]], attrs: { shape: [2, 2] }, linear: true },
    { inputs: [[1, 1]], attrs: { shape: [1, 3] }, linear: true },
  ],
};

/** Repeats axes of size 1 (and leading axes) to `shape`. */
export const expand = (x: Value, shape: readonly number[]): Value =>
  sameShape(x.type.shape, shape) ? x : apply(Expand, [x], { shape });

const ReduceSum: Op<{ axes: readonly number[] }> = {
  name: 'ReduceSum',
  infer([x], { axes }) {
    if (!['float32', 'float64', 'int32', 'int64'].includes(x!.dtype)) reject('ReduceSum', 'numbers', [x!]);
    const reduced = new Set(axes.map(axis => reducedAxis('ReduceSum', axis, x!)));
    return [{ dtype: x!.dtype, shape: x!.shape.map((dim, i) => (reduced.has(i) ? 1 : dim)) }];
  },
  emit: ({ axes }) => ({ attributes: { keepdims: { int: 1 } }, constants: [i64(axes)] }),
  vjp: ([dy], { inputs }) => [expand(dy!, staticShape('gradient of ReduceSum', inputs[0]!.type))],
  cases: [
    { inputs: [[2, 3]], attrs: { axes: [0] }, linear: true },
    { inputs: [[2, 3, 4]], attrs: { axes: [0, 2] }, linear: true },
    { inputs: [[2, 3, 4]], attrs: { axes: [-1] }, linear: true },
    { inputs: [[2, 3]], attrs: { axes: [0, 1] }, linear: true },
    { inputs: [i64([1, 2, 3, 4], [2, 2])], attrs: { axes: [1] } },
  ],
};

/** Sum over `axes`, which stay as size 1. */
export const reduceSum = (x: Value, axes: readonly number[]): Value =>
  axes.length === 0 ? x : apply(ReduceSum, [x], { axes });

/** The gradient of a broadcast: sums the axes along which `type` was repeated. */
export function unbroadcast(dy: Value, type: Type): Value {
  if (sameShape(dy.type.shape, type.shape)) return dy;
  const lead = dy.type.shape.length - type.shape.length;
  const axes = dy.type.shape.flatMap((dim, i) => (i < lead || (type.shape[i - lead] === 1 && dim !== 1) ? [i] : []));
  return reshape(reduceSum(dy, axes), type.shape);
}

const Slice: Op<{ axis: number; begin: number; end: number }> = {
  name: 'Slice',
  infer([x], { axis, begin, end }) {
    const at = axisOf('Slice', axis, x!);
    const size = x!.shape[at]!;
    if (typeof size !== 'number' || !(0 <= begin && begin < end && end <= size))
      reject('Slice', `axis ${axis} to hold ${begin} … ${end}`, [x!]);
    return [{ dtype: x!.dtype, shape: x!.shape.map((dim, i) => (i === at ? end - begin : dim)) }];
  },
  emit: ({ axis, begin, end }) => ({ constants: [i64([begin]), i64([end]), i64([axis])] }),
  vjp([dy], { inputs, attrs }) {
    const shape = staticShape('gradient of Slice', inputs[0]!.type);
    const at = axisOf('Slice', attrs.axis, inputs[0]!.type);
    return [pad(dy!, at, attrs.begin, shape[at]! - attrs.end)];
  },
  cases: [
    { inputs: [[4, 3]], attrs: { axis: 0, begin: 1, end: 3 }, linear: true },
    { inputs: [[2, 5]], attrs: { axis: -1, begin: 0, end: 2 }, linear: true },
    { inputs: [[2, 3, 4]], attrs: { axis: 1, begin: 2, end: 3 }, linear: true },
    { inputs: [i64([1, 2, 3])], attrs: { axis: 0, begin: 1, end: 2 } },
  ],
};

/** Elements begin … end−1 along one axis. */
export const slice = (x: Value, axis: number, begin: number, end: number): Value =>
  begin === 0 && end === x.type.shape.at(axis) ? x : apply(Slice, [x], { axis, begin, end });

const Pad: Op<{ axis: number; before: number; after: number }> = {
  name: 'Pad',
  infer([x], { axis, before, after }) {
    requireFloat('Pad', [x!]);
    const at = axisOf('Pad', axis, x!);
    const size = x!.shape[at]!;
    if (typeof size !== 'number' || before < 0 || after < 0) reject('Pad', 'a known size and amounts ≥ 0', [x!]);
    return [{ dtype: x!.dtype, shape: x!.shape.map((dim, i) => (i === at ? size + before + after : dim)) }];
  },
  emit({ axis, before, after }, [x]) {
    const rank = x!.shape.length;
    const amounts = new Array<number>(2 * rank).fill(0);
    amounts[axis] = before;
    amounts[rank + axis] = after;
    // All axes are named: ONNX Runtime fuses a pad without them into the kernels of a convolution or into a maximum, wrongly.
    return { constants: [i64(amounts), f32([0], []), i64([...x!.shape.keys()])] };
  },
  vjp([dy], { inputs, attrs }) {
    const size = inputs[0]!.type.shape[attrs.axis] as number;
    return [slice(dy!, attrs.axis, attrs.before, attrs.before + size)];
  },
  cases: [
    { inputs: [[2, 3]], attrs: { axis: 1, before: 1, after: 2 }, linear: true },
    { inputs: [[2, 3, 2]], attrs: { axis: 0, before: 0, after: 1 }, linear: true },
  ],
};

/** Zeros before and after along one axis. */
export const pad = (x: Value, axis: number, before: number, after: number): Value =>
  before === 0 && after === 0 ? x : apply(Pad, [x], { axis: axisOf('Pad', axis, x.type), before, after });

const Concat: Op<{ axis: number }> = {
  name: 'Concat',
  infer(types, { axis }) {
    const first = types[0]!;
    const at = axisOf('Concat', axis, first);
    let size = 0;
    for (const type of types) {
      const dim = type.shape[at];
      const rest = (shape: readonly Dim[]) => shape.filter((_, i) => i !== at);
      if (type.dtype !== first.dtype || typeof dim !== 'number' || !sameShape(rest(type.shape), rest(first.shape))) {
        reject('Concat', `inputs that differ only along axis ${axis}`, types);
      }
      size += dim;
    }
    return [{ dtype: first.dtype, shape: first.shape.map((dim, i) => (i === at ? size : dim)) }];
  },
  emit: ({ axis }) => ({ attributes: { axis: { int: axis } } }),
  vjp([dy], { inputs, attrs }) {
    let begin = 0;
    return inputs.map(input => {
      const size = input.type.shape.at(attrs.axis) as number;
      begin += size;
      return slice(dy!, attrs.axis, begin - size, begin);
    });
  },
  cases: [
    {
      inputs: [
        [2, 3],
        [2, 1],
      ],
      attrs: { axis: 1 },
      linear: true,
    },
    {
      inputs: [
        [1, 2],
        [3, 2],
        [2, 2],
      ],
      attrs: { axis: 0 },
      linear: true,
    },
    {
      inputs: [
        [2, 1, 2],
        [2, 3, 2],
      ],
      attrs: { axis: -2 },
      linear: true,
    },
    { inputs: [i64([1, 2]), i64([3])], attrs: { axis: 0 } },
  ],
};

/** Joins along one axis. */
export const concat = (values: readonly Value[], axis: number): Value =>
  values.length === 1 ? values[0]! : apply(Concat, values, { axis });

export const shapeOps: readonly Op[] = [Identity, Reshape, Transpose, Expand, ReduceSum, Slice, Pad, Concat];
