import type { Value } from '../graph/index.ts';
import { add, div, max, mul, reduceSum, reshape, scalar, sqrt } from '../ops/index.ts';

/** Gradients scaled together so that their joint Euclidean norm is at most `limit` (Pascanu et al. 2013). */
export function clipByNorm(gradients: readonly Value[], limit: number): readonly Value[] {
  const squares = gradients.map(g => reshape(reduceSum(mul(g, g), [...g.type.shape.keys()]), []));
  const norm = sqrt(squares.reduce(add));
  const factor = div(scalar(limit), max(norm, scalar(limit)));
  return gradients.map(g => mul(g, factor));
}
