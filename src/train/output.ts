import { numberGraph, type TargetEncoding } from '../features/index.ts';
import { named, type Value } from '../graph/index.ts';
import { div, mul, reduceMean, reduceSum, reshape, sigmoid, softmax, transpose } from '../ops/index.ts';

function reading(y: Value, target: TargetEncoding): Value {
  if (target.task === 'regression') return numberGraph(target, y);
  return target.task === 'binary' ? sigmoid(y) : softmax(y);
}

/**
 * What a person asked for from the last layer's y [N, outputs], or from an ensemble's y [members, N, outputs] by the
 * mean over members (weighted by [N, members] where told): the probability of the second class [N, 1], of every class
 * [N, classes], or the value [N, 1] in the target's own unit.
 */
export function read(y: Value, target: TargetEncoding, memberWeights?: Value): Value {
  const prediction = reading(y, target);
  if (y.type.shape.length === 2) return named(prediction, 'prediction');
  const shape = y.type.shape.slice(1);
  if (!memberWeights) return named(reshape(reduceMean(prediction, [0]), shape), 'prediction');
  const weights = reshape(transpose(memberWeights, [1, 0]), [y.type.shape[0]!, y.type.shape[1]!, 1]);
  const mean = div(reduceSum(mul(prediction, weights), [0]), reduceSum(weights, [0]));
  return named(reshape(mean, shape), 'prediction');
}
