import { constant, f32, type Value } from '../../graph/index.ts';
import { concat, matMul, slice } from '../../ops/index.ts';

/** Columns that one product repeats: its work grows with their square. */
const together = 32;

/**
 * Column i of x [N, k] side by side counts[i] times: a product with 0 and 1, which is exact, and one pass where gathering
 * columns is two transpositions. x holds finite numbers.
 */
export function repeated(x: Value, counts: readonly number[]): Value {
  const groups: Value[] = [];
  for (let begin = 0; begin < counts.length; begin += together) {
    const own = counts.slice(begin, begin + together);
    const width = own.reduce((sum, count) => sum + count, 0);
    const matrix = new Float32Array(own.length * width);
    let at = 0;
    for (const [i, count] of own.entries()) {
      matrix.fill(1, i * width + at, i * width + at + count);
      at += count;
    }
    const columns = counts.length <= together ? x : slice(x, 1, begin, begin + own.length);
    groups.push(matMul(columns, constant(f32(matrix, [own.length, width]))));
  }
  return groups.length === 1 ? groups[0]! : concat(groups, 1);
}
