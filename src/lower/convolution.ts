/** Gradients of convolutions in the standard form that ONNX Runtime computes fastest. */
import { constant, i64, type Value } from '../graph/index.ts';
import { type ConvAttrs, type ConvTransposeAttrs, conv, gather, reshape, transpose } from '../ops/index.ts';
import { madeBy, type Rule } from './rewrite.ts';

/** What a value was before its first two axes changed places, or null. */
export function beforeSwap(value: Value | undefined): Value | null {
  const node = madeBy(value, 'Transpose');
  const perm = (node?.attrs as { readonly perm: readonly number[] } | undefined)?.perm;
  return perm && perm.length > 2 && perm.every((axis, i) => axis === (i < 2 ? 1 - i : i)) ? node!.inputs[0]! : null;
}

const swapFirst = (x: Value): Value =>
  transpose(
    x,
    [...x.type.shape.keys()].map(axis => (axis < 2 ? 1 - axis : axis)),
  );

const allOne = (values: readonly number[]): boolean => values.every(value => value === 1);

/**
 * The kernel gradient of a convolution without groups and dilation: the channels of an image lie along its last axis and the
 * dilation steps over them, so that one convolution of one wide image makes all of them.
 */
export const kernelGradient: Rule = node => {
  if (node.op.name !== 'Conv' || node.inputs.length !== 2) return null;
  const [x, dy] = node.inputs.map(beforeSwap);
  const { group, strides, pads, dilations } = node.attrs as ConvAttrs;
  if (!x || !dy || group !== 1 || !allOne(strides)) return null;
  const [batch, channels, ...sizes] = x.type.shape as readonly number[];
  const [, filters, ...kernel] = node.outputs[0]!.type.shape as readonly number[];
  const spatial = sizes.map((_, i) => 2 + i);
  const widened = (values: readonly number[]): readonly number[] =>
    values.map((value, i) => ((i + 1) % sizes.length === 0 ? value * channels! : value));
  const wide = reshape(transpose(x, [0, ...spatial, 1]), [1, batch!, ...widened(sizes)]);
  const sums = conv(wide, swapFirst(dy), undefined, { pads: widened(pads), dilations: widened(dilations) });
  const last = 1 + sizes.length;
  return transpose(reshape(sums, [filters!, ...kernel, channels!]), [last, 0, ...spatial.map(axis => axis - 1)]);
};

/** Below as many channels ConvTranspose is faster: it multiplies before it adds overlaps up. */
const leastChannels = 16;

/** The image gradient of a convolution of stride 1: the convolution of dy with the kernels turned round. */
export const imageGradient: Rule = node => {
  if (node.op.name !== 'ConvTranspose' || node.inputs.length !== 2) return null;
  const [dy, w] = node.inputs as readonly [Value, Value];
  const { group, strides, pads, dilations, outputPadding } = node.attrs as ConvTransposeAttrs;
  const [filters, channels, ...kernel] = w.type.shape as readonly number[];
  const full = pads.map((pad, i) => dilations[i % kernel.length]! * (kernel[i % kernel.length]! - 1) - pad);
  if (group !== 1 || !allOne(strides) || channels! < leastChannels || full.some(pad => pad < 0)) return null;
  if (outputPadding.some(extra => extra > 0)) return null;
  const taps = kernel.reduce((product, size) => product * size, 1);
  const backwards = constant(i64(Array.from({ length: taps }, (_, i) => taps - 1 - i)));
  const turned = gather(transpose(reshape(w, [filters!, channels!, taps]), [2, 1, 0]), backwards);
  return conv(dy, reshape(transpose(turned, [1, 2, 0]), [channels!, filters!, ...kernel]), undefined, {
    pads: full,
    dilations,
  });
};
