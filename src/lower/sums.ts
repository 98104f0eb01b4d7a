/** Sums over the first axes, as the bias of a convolution has them, as products with ones: faster than ReduceSum where they are long. */
import { constant, f32, type Node, sizeOf, type Value } from '../graph/index.ts';
import { gemm, reshape } from '../ops/index.ts';
import type { Rule } from './rewrite.ts';

/** Fewer numbers are summed faster by ReduceSum. */
const leastNumbers = 1 << 18;

/** x as rows whose sum a ReduceSum over its first axes is; null when the node is none, or small. */
function rowsOf(node: Node): Value | null {
  if (node.op.name !== 'ReduceSum') return null;
  const [x] = node.inputs as readonly [Value];
  const axes = (node.attrs as { readonly axes: readonly number[] }).axes.toSorted((a, b) => a - b);
  const { dtype, shape } = x.type;
  const leading = axes.length < shape.length && axes.every((axis, i) => axis === i);
  if (!leading || dtype !== 'float32' || !shape.every(size => typeof size === 'number')) return null;
  const rows = sizeOf(shape.slice(0, axes.length) as number[]);
  const columns = sizeOf(shape.slice(axes.length) as number[]);
  if (rows * columns < leastNumbers || rows === 1) return null;
  return shape.length === 2 ? x : reshape(x, [rows, columns]);
}

const onesFor = (rows: Value): Value => {
  const count = rows.type.shape[0] as number;
  return constant(f32(new Float32Array(count).fill(1), [1, count]));
};

export const sumsOfRows: Rule = node => {
  const rows = rowsOf(node);
  return rows && reshape(gemm(onesFor(rows), rows), node.outputs[0]!.type.shape);
};
