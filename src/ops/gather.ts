/** Reading and adding by index, and looking text up in a list. */
import { apply, i32, i64, type Op, strings, type Type, type Value } from '../graph/index.ts';
import { reject, requireFloat, sameShape, staticShape } from './check.ts';
import { cast } from './math.ts';
import { reshape } from './shape.ts';

const Gather: Op<null> = {
  name: 'Gather',
  infer([x, indices]) {
    if (x!.shape.length === 0 || x!.shape[0] === 0 || !['int32', 'int64'].includes(indices!.dtype))
      reject('Gather', 'data with rows and integer indices', [x!, indices!]);
    return [{ dtype: x!.dtype, shape: [...indices!.shape, ...x!.shape.slice(1)] }];
  },
  emit: () => ({ attributes: { axis: { int: 0 } } }),
  vjp: ([dy], { inputs: [x, indices] }) => [scatterAdd(x!.type, indices!, dy!), null],
  cases: [
    { inputs: [[4, 3], i64([2, 0], [2])], attrs: null, linear: true },
    {
      inputs: [[4, 3], i64([1, 1, 3, 1], [2, 2])],
      attrs: null,
      linear: true,
    },
    { inputs: [[4], i64([2], [])], attrs: null, linear: true },
    { inputs: [[3, 2, 2], i32([2, -1, 0])], attrs: null, linear: true },
    { inputs: [i64([5, 6, 7]), i64([2, 2])], attrs: null },
  ],
};

/** Rows of x by index: y[i…] = x[indices[i…]]. */
export const gather = (x: Value, indices: Value): Value => apply(Gather, [x, indices], null);

const ScatterND: Op<null> = {
  name: 'ScatterND',
  infer([x, indices, updates]) {
    requireFloat('ScatterND', [x!, updates!]);
    const expected: Type = { dtype: 'float32', shape: [...indices!.shape.slice(0, -1), ...x!.shape.slice(1)] };
    const indexed = x!.shape.length > 0 && indices!.dtype === 'int64' && indices!.shape.at(-1) === 1;
    if (!indexed || !sameShape(expected.shape, updates!.shape)) {
      reject('ScatterND', `data with axes, int64 indices […, 1] and updates [${expected.shape}]`, [
        x!,
        indices!,
        updates!,
      ]);
    }
    return [x!];
  },
  emit: () => ({ attributes: { reduction: { string: 'add' } } }),
  vjp: ([dy], { inputs: [, indices] }) => [dy!, null, gather(dy!, reshape(indices!, indices!.type.shape.slice(0, -1)))],
  cases: [
    {
      inputs: [[4, 2], i64([2, 0, 2], [3, 1]), [3, 2]],
      attrs: null,
      linear: true,
    },
    { inputs: [[3], i64([0, 2, 2, 0], [2, 2, 1]), [2, 2]], attrs: null, linear: true },
  ],
};

/** Zeros of `type` with `updates` added at rows `indices`; equal indices accumulate. */
export function scatterAdd(type: Type, indices: Value, updates: Value): Value {
  const zeros = zerosLike(type);
  const rows = reshape(cast(indices, 'int64'), [...indices.type.shape, 1]);
  return apply(ScatterND, [zeros, rows, updates], null);
}

const ConstantOfShape: Op<{ shape: readonly number[] }> = {
  name: 'ConstantOfShape',
  infer: (_, { shape }) => [{ dtype: 'float32', shape }],
  emit: ({ shape }) => ({
    constants: [{ dtype: 'int64', shape: [shape.length], data: BigInt64Array.from(shape, BigInt) }],
  }),
  vjp: () => [],
  cases: [{ inputs: [], attrs: { shape: [2, 3] } }],
};

const zerosLike = (type: Type): Value => apply(ConstantOfShape, [], { shape: staticShape('gradient of Gather', type) });

const LabelEncoder: Op<{ keys: readonly string[] }> = {
  name: 'LabelEncoder',
  infer([x]) {
    if (x!.dtype !== 'string') reject('LabelEncoder', 'strings', [x!]);
    return [{ dtype: 'int64', shape: x!.shape }];
  },
  emit: ({ keys }) => ({
    domain: 'ai.onnx.ml',
    attributes: {
      keys_strings: { strings: keys },
      values_int64s: { ints: keys.map((_, i) => i) },
      default_int64: { int: -1 },
    },
  }),
  vjp: null,
  cases: [
    { inputs: [strings(['b', 'a', 'zoo'])], attrs: { keys: ['a', 'b'] } },
    { inputs: [strings(['ä🙂', '', 'A', ' a'], [2, 2])], attrs: { keys: ['', 'a', 'ä🙂'] } },
  ],
};

/** Position of each text in `keys`, −1 when it is not there; int64. */
export const labelEncode = (x: Value, keys: readonly string[]): Value => apply(LabelEncoder, [x], { keys });

export const gatherOps: readonly Op[] = [Gather, ScatterND, ConstantOfShape, LabelEncoder];
