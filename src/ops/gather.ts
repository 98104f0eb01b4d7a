/** Reading and adding by index, and looking text up in a list. */
import { apply, i32, i64, type Op, sizeOf, strings, type Type, type Value } from '../graph/index.ts';
import { isStatic, reject, requireFloat, sameShape, staticShape } from './check.ts';
import { cast, less } from './math.ts';
import { expand, reshape } from './shape.ts';

const Gather: Op<null> = {
  name: 'Gather',
  infer([x, indices]) {
    if (x!.shape.length === 0 || x!.shape[0] === 0 || !['int32', 'int64'].includes(indices!.dtype))
      reject('Gather', 'data with rows and integer indices', [x!, indices!]);
    return [{ dtype: x!.dtype, shape: [...indices!.shape, ...x!.shape.slice(1)] }];
  },
  emit: () => ({ attributes: { axis: { int: 0 } } }),
  vjp: ([dy], { inputs: [x, indices] }) => [scatterRows(x!.type, indices!, dy!), null],
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

/** Rejects what is not elements of rows of `x` and where they are: indices and elements of one shape, as wide as x. */
function requireElements(op: string, x: Type, indices: Type, elements: Type = indices): void {
  const fits = sameShape(indices.shape, elements.shape) && sameShape(x.shape.slice(1), indices.shape.slice(1));
  if (x.shape.length !== indices.shape.length || x.shape.length === 0 || x.shape.includes(0) || !fits)
    reject(op, `indices [L${x.shape.slice(1).map(dim => `, ${dim}`)}] for data with rows`, [x, indices, elements]);
  if (indices.dtype !== 'int64') reject(op, 'int64 indices', [indices]);
}

const GatherElements: Op<null> = {
  name: 'GatherElements',
  infer([x, indices]) {
    requireFloat('GatherElements', [x!]);
    requireElements('GatherElements', x!, indices!);
    return [{ dtype: 'float32', shape: indices!.shape }];
  },
  emit: () => ({ attributes: { axis: { int: 0 } } }),
  vjp: ([dy], { inputs: [x, indices] }) => [scatterElements(x!.type, indices!, dy!), null],
  cases: [
    { inputs: [[4], i64([2, 0, 2])], attrs: null, linear: true },
    { inputs: [[3, 2], i64([2, 0, 1, 1, 2, -1], [3, 2])], attrs: null, linear: true },
  ],
};

const ScatterElements: Op<null> = {
  name: 'ScatterElements',
  infer([x, indices, updates]) {
    requireFloat('ScatterElements', [x!, updates!]);
    requireElements('ScatterElements', x!, indices!, updates!);
    return [x!];
  },
  emit: () => ({ attributes: { axis: { int: 0 }, reduction: { string: 'add' } } }),
  vjp: ([dy], { inputs: [, indices] }) => [dy!, null, apply(GatherElements, [dy!, indices!], null)],
  cases: [
    { inputs: [[3], i64([0, 2, 2, 0]), [4]], attrs: null, linear: true },
    { inputs: [[4, 2], i64([2, 0, 0, -1, 2, 3], [3, 2]), [3, 2]], attrs: null, linear: true },
  ],
};

/** Zeros of `type` with updates[i, …] added at [indices[i, …], …]; equal indices accumulate. */
export const scatterElements = (type: Type, indices: Value, updates: Value): Value =>
  apply(ScatterElements, [zeros(type), indices, updates], null);

/**
 * Zeros of `type` with `updates` added at rows `indices`; equal indices accumulate. (ScatterND with reduction add would do
 * without the repeated indices, but ONNX Runtime's threads overwrite each other's sums.)
 */
function scatterRows(type: Type, indices: Value, updates: Value): Value {
  const width = staticShape('gradient of Gather', type).slice(1);
  const rows = sizeOf(staticShape('gradient of Gather', indices.type));
  const column = reshape(cast(indices, 'int64'), [rows, ...width.map(() => 1)]);
  return scatterElements(type, expand(column, [rows, ...width]), reshape(updates, [rows, ...width]));
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

/** Zeros of a type whose sizes are known. */
export const zeros = (type: Type): Value => apply(ConstantOfShape, [], { shape: staticShape('zeros', type) });

/** Zeros of the shape of `x`, whatever x holds. */
export const zerosLike = (x: Value): Value => (isStatic(x.type.shape) ? zeros(x.type) : cast(less(x, x), 'float32'));

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

export const gatherOps: readonly Op[] = [Gather, GatherElements, ScatterElements, ConstantOfShape, LabelEncoder];
