import { forecastGraph, numberGraph, type TargetEncoding } from '../features/index.ts';
import { named, type Value } from '../graph/index.ts';
import { div, mul, reduceMean, reduceSum, reshape, sigmoid, softmax, transpose } from '../ops/index.ts';

const probability = (y: Value, target: TargetEncoding): Value => (target.task === 'binary' ? sigmoid(y) : softmax(y));

/** The mean over the members of [members, N, outputs], weighted by [N, members] where told. */
function memberMean(y: Value, memberWeights: Value | undefined): Value {
  const [members, rows, outputs] = y.type.shape;
  if (!memberWeights) return reshape(reduceMean(y, [0]), [rows!, outputs!]);
  const weights = reshape(transpose(memberWeights, [1, 0]), [members!, rows!, 1]);
  return reshape(div(reduceSum(mul(y, weights), [0]), reduceSum(weights, [0])), [rows!, outputs!]);
}

/** How an output is read. */
export interface ReadOptions {
  /** Weights of the members [N, members]; absent = all alike. */
  readonly memberWeights?: Value | undefined;
  /** Of a forecast: what its outputs are relative to, [N, horizon + 1]. */
  readonly anchors?: Value | undefined;
  /** Of a forecast: added to the outputs of each step. */
  readonly shift?: readonly number[] | undefined;
}

/**
 * What a person asked for from the last layer's y [N, outputs], or from an ensemble's y [members, N, outputs]: the mean of
 * the members' probabilities of the second class [N, 1] or of every class [N, classes], or the mean of their
 * standardised values in the target's own unit [N, 1], of a forecast for each step [N, horizon].
 */
export function read(y: Value, target: TargetEncoding, options: ReadOptions = {}): Value {
  const ensemble = y.type.shape.length > 2;
  const mean = (each: Value): Value => (ensemble ? memberMean(each, options.memberWeights) : each);
  return named(meaning(y, target, mean, options), 'prediction');
}

function meaning(y: Value, target: TargetEncoding, mean: (each: Value) => Value, options: ReadOptions): Value {
  if (target.task === 'forecast') return forecastGraph(target, mean(y), options.anchors!, options.shift);
  return target.task === 'regression' ? numberGraph(target, mean(y)) : mean(probability(y, target));
}
