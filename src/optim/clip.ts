import type { Value } from '../graph/index.ts';
import { add, div, max, mul, reduceSum, reshape, scalar, sqrt } from '../ops/index.ts';

/**
 * Gradients scaled together so that their joint Euclidean norm is at most `limit` (Pascanu et al. 2013). With members,
 * the first axis of every gradient, each network of the ensemble is held to the limit by itself.
 */
export function clipByNorm(gradients: readonly Value[], limit: number, members = 1): readonly Value[] {
  const own = members > 1 ? 1 : 0;
  const shape = members > 1 ? [members] : [];
  const squares = gradients.map(g => reshape(reduceSum(mul(g, g), [...g.type.shape.keys()].slice(own)), shape));
  const norm = sqrt(squares.reduce(add));
  const factor = div(scalar(limit), max(norm, scalar(limit)));
  return gradients.map(g =>
    mul(g, members > 1 ? reshape(factor, [members, ...g.type.shape.slice(1).map(() => 1)]) : factor),
  );
}
