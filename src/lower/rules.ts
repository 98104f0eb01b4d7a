import { apply, type Value } from '../graph/index.ts';
import { Gemm, type GemmAttrs, mul, sub } from '../ops/index.ts';
import { imageGradient, kernelGradient } from './convolution.ts';
import { maskedPoolGradient, poolGradient, poolOfMaps } from './pooling.ts';
import { madeBy, type Rule } from './rewrite.ts';
import { sumsOfRows } from './sums.ts';

/**
 * w − (A·B)·r for a scalar r becomes w − A·(B·r): the learning rate meets the smaller factor, two passes over the weights instead of
 * three. As Gemm's C the weights would be copied by one thread before they are added to.
 */
const rateInsideProduct: Rule = (node, uses) => {
  if (node.op.name !== 'Sub') return null;
  const [weight, change] = node.inputs;
  const scaled = madeBy(change, 'Mul');
  const product = madeBy(scaled?.inputs[0], 'Gemm');
  const rate = scaled?.inputs[1];
  if (!weight || !product || !rate || rate.type.shape.length > 0 || product.inputs.length !== 2) return null;
  if (uses.get(change!) !== 1 || uses.get(product.outputs[0]!) !== 1) return null;
  const [a, b] = product.inputs as readonly [Value, Value];
  return sub(weight, apply(Gemm, [a, mul(b, rate)], product.attrs as GemmAttrs));
};

/** The rules, tried in this order at every node. */
export const rules: readonly Rule[] = [
  rateInsideProduct,
  sumsOfRows,
  kernelGradient,
  imageGradient,
  maskedPoolGradient,
  poolGradient,
  poolOfMaps,
];
