/** One direction of a recurrent layer, features first: a product packs its smaller operand, and gates lie together. */
import { apply, type Value } from '../graph/index.ts';
import { add, concat, Gemm, reshape, scalar, slice, transpose, zeros, zerosLike } from '../ops/index.ts';

export interface Direction {
  /** [time, features + 1, batch]; the last feature is 1, so that biases are weights of it. */
  readonly x: Value;
  /** Zeros [units, batch]. */
  readonly start: Value;
  /** weight [features, gates·units], recurrent [units, gates·units], biases. */
  readonly parameters: readonly Value[];
  readonly units: number;
  readonly reverse: boolean;
  /** Whether what a gradient needs is kept on the way forward. */
  readonly training: boolean;
  /** Whether the state after every step is asked for. */
  readonly sequences: boolean;
}

export interface States {
  /** [units, batch] after the whole sequence. */
  readonly last: Value;
  /** [time, units, batch], where sequences are asked for. */
  readonly all?: Value | undefined;
}

/** Rows [batch, time, features] as a direction reads them, and the state before the first step. */
export function columnsOf(x: Value, units: number): Pick<Direction, 'x' | 'start'> {
  const features = transpose(x, [1, 2, 0]);
  const ones = add(zerosLike(slice(features, 1, 0, 1)), scalar(1));
  const row = zerosLike(reshape(slice(ones, 0, 0, 1), [1, x.type.shape[0]!]));
  return { x: concat([features, ones], 1), start: add(zeros({ dtype: 'float32', shape: [units, 1] }), row) };
}

/** weight, recurrent and bias as one matrix [gates·units, units + features + 1] for [h before; x]. */
export function joined(weight: Value, recurrent: Value, bias: Value): Value {
  const row = reshape(bias, [1, bias.type.shape[0]!]);
  return transpose(concat([recurrent, weight, row], 0), [1, 0]);
}

/** a·b (+ c), matrices. */
export const product = (a: Value, b: Value, c?: Value): Value =>
  apply(Gemm, c ? [a, b, c] : [a, b], { transA: false, transB: false, alpha: 1 });

/** sum + d·xᵀ: what one step adds to the gradient of a matrix, from the gradient of its product with x. */
export const withOuter = (sum: Value, d: Value, x: Value): Value =>
  apply(Gemm, [d, x, sum], { transA: false, transB: true, alpha: 1 });

/** Columns begin … end−1 of a matrix, turned: from the gradient of a product back to that of what it took. */
export const turned = (matrix: Value, begin: number, end = matrix.type.shape[1] as number): Value =>
  transpose(slice(matrix, 1, begin, end), [1, 0]);
