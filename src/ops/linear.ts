/** Products of matrices. */
import { apply, type Dim, type Op, type Type, type Value } from '../graph/index.ts';
import { broadcast, reject, requireFloat } from './check.ts';
import { transpose, unbroadcast } from './shape.ts';

const MatMul: Op<null> = {
  name: 'MatMul',
  infer([a, b]) {
    requireFloat('MatMul', [a!, b!]);
    const [m, k, k2, n] = [a!.shape.at(-2), a!.shape.at(-1), b!.shape.at(-2), b!.shape.at(-1)];
    if (m === undefined || n === undefined || k === undefined || k !== k2)
      reject('MatMul', '[…, m, k] and […, k, n]', [a!, b!]);
    if ([a!, b!].some(type => type.shape.slice(0, -2).includes(0)))
      reject('MatMul', 'leading axes not to be empty', [a!, b!]);
    const lead = (type: Type): Type => ({ dtype: type.dtype, shape: type.shape.slice(0, -2) });
    return [{ dtype: 'float32', shape: [...broadcast('MatMul', lead(a!), lead(b!)), m, n] }];
  },
  emit: () => ({}),
  vjp: ([dy], { inputs: [a, b] }) => [
    unbroadcast(matMul(dy!, swapLast(b!)), a!.type),
    unbroadcast(matMul(swapLast(a!), dy!), b!.type),
  ],
  cases: [
    {
      inputs: [
        [2, 3],
        [3, 4],
      ],
      attrs: null,
      linear: true,
    },
    {
      inputs: [
        [2, 3, 4],
        [2, 4, 2],
      ],
      attrs: null,
      linear: true,
    },
    {
      inputs: [
        [2, 3, 4],
        [4, 2],
      ],
      attrs: null,
      linear: true,
    },
    {
      inputs: [
        [1, 3, 4],
        [2, 4, 2],
      ],
      attrs: null,
      linear: true,
    },
  ],
};

/** Matrix product over the last two axes, the others broadcast. */
export const matMul = (a: Value, b: Value): Value => apply(MatMul, [a, b], null);

function swapLast(x: Value): Value {
  const rank = x.type.shape.length;
  return transpose(x, [...Array(rank - 2).keys(), rank - 1, rank - 2]);
}

const Einsum: Op<null> = {
  name: 'Einsum',
  infer([x]) {
    requireFloat('Einsum', [x!]);
    const [rows, columns] = x!.shape;
    if (x!.shape.length !== 2 || x!.shape.includes(0)) reject('Einsum', 'a matrix', [x!]);
    return [{ dtype: 'float32', shape: [columns!, rows!] }];
  },
  emit: () => ({ attributes: { equation: { string: 'ij->ji' } } }),
  vjp: ([dy]) => [turnMatrix(dy!)],
  cases: [
    { inputs: [[3, 5]], attrs: null, linear: true },
    { inputs: [[1, 4]], attrs: null, linear: true },
  ],
};

/** xᵀ of a matrix, in a node that ONNX Runtime leaves where it is: it merges Transpose into slower ones of more axes. */
export const turnMatrix = (x: Value): Value => apply(Einsum, [x], null);

export interface GemmAttrs {
  readonly transA: boolean;
  readonly transB: boolean;
  readonly alpha: number;
}

/** y = alpha·A′B′ (+ C), A′ and B′ transposed as the attributes say, C broadcast to y. */
export const Gemm: Op<GemmAttrs> = {
  name: 'Gemm',
  infer([a, b, c], { transA, transB }) {
    const types = [a!, b!, ...(c ? [c] : [])];
    requireFloat('Gemm', types);
    const [m, k] = order(a!, transA);
    const [k2, n] = order(b!, transB);
    if (a!.shape.length !== 2 || b!.shape.length !== 2 || k !== k2)
      reject('Gemm', 'two matrices with a common inner size', types);
    const y: Type = { dtype: 'float32', shape: [m!, n!] };
    if (c && broadcast('Gemm', c, y).some((dim, i) => dim !== y.shape[i]))
      reject('Gemm', `C to broadcast to [${y.shape}]`, types);
    return [y];
  },
  emit: ({ transA, transB, alpha }) => ({
    attributes: {
      ...(alpha === 1 ? {} : { alpha: { float: alpha } }),
      ...(transA ? { transA: { int: 1 } } : {}),
      ...(transB ? { transB: { int: 1 } } : {}),
    },
  }),
  vjp([dy], { inputs: [a, b, c], attrs: { transA, transB, alpha } }) {
    const da = transA ? product(b!, dy!, transB, true, alpha) : product(dy!, b!, false, !transB, alpha);
    const db = transB ? product(dy!, a!, true, transA, alpha) : product(a!, dy!, !transA, false, alpha);
    return c ? [da, db, unbroadcast(dy!, c.type)] : [da, db];
  },
  cases: [
    {
      inputs: [
        [2, 3],
        [3, 4],
      ],
      attrs: { transA: false, transB: false, alpha: 1 },
      linear: true,
    },
    { inputs: [[2, 3], [3, 4], [4]], attrs: { transA: false, transB: false, alpha: 1 }, linear: true },
    {
      inputs: [
        [3, 2],
        [3, 4],
        [2, 4],
      ],
      attrs: { transA: true, transB: false, alpha: 0.5 },
      linear: true,
    },
    {
      inputs: [
        [2, 3],
        [4, 3],
        [2, 1],
      ],
      attrs: { transA: false, transB: true, alpha: 2 },
      linear: true,
    },
    {
      inputs: [
        [3, 2],
        [4, 3],
      ],
      attrs: { transA: true, transB: true, alpha: -1 },
      linear: true,
    },
    { inputs: [[3, 2], [4, 3], []], attrs: { transA: true, transB: true, alpha: 1 }, linear: true },
  ],
};

const order = (type: Type, transposed: boolean): readonly (Dim | undefined)[] =>
  transposed ? [type.shape[1], type.shape[0]] : [type.shape[0], type.shape[1]];

const product = (a: Value, b: Value, transA: boolean, transB: boolean, alpha: number): Value =>
  apply(Gemm, [a, b], { transA, transB, alpha });

/** x·w (+ b): x [N, in], w [in, out], b [out]. */
export const gemm = (x: Value, w: Value, b?: Value): Value =>
  apply(Gemm, b ? [x, w, b] : [x, w], { transA: false, transB: false, alpha: 1 });

export const linearOps: readonly Op[] = [MatMul, Einsum, Gemm];
