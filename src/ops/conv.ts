/** Convolution and its transpose over one or two spatial axes: each is the gradient of the other. */
import { apply, type Op, type OpCase, type Type, type Value } from '../graph/index.ts';
import { isStatic, reject, requireFloat, staticShape } from './check.ts';
import { reduceSum, reshape, slice, transpose } from './shape.ts';
import { padding, positions, spatialSizes, type Windows, windowAttributes, windows } from './windows.ts';

export interface ConvAttrs extends Windows {
  readonly group: number;
}

export interface ConvTransposeAttrs extends ConvAttrs {
  readonly outputPadding: readonly number[];
}

type CaseOptions = Partial<ConvAttrs> & { readonly bias?: number };

const convCase = (
  x: readonly number[],
  w: readonly number[],
  { bias, group = 1, ...moves }: CaseOptions = {},
): OpCase<ConvAttrs> => ({
  inputs: bias ? [x, w, [bias]] : [x, w],
  attrs: { ...windows(x.length - 2, moves), group },
  linear: true,
});

const transposedCase = (
  x: readonly number[],
  w: readonly number[],
  { outputPadding, ...rest }: CaseOptions & Partial<ConvTransposeAttrs> = {},
): OpCase<ConvTransposeAttrs> => {
  const plain = convCase(x, w, rest);
  return { ...plain, attrs: { ...plain.attrs, outputPadding: outputPadding ?? plain.attrs.strides.map(() => 0) } };
};

const Conv: Op<ConvAttrs> = {
  name: 'Conv',
  infer([x, w, b], attrs) {
    const { group } = attrs;
    const types = [x!, w!, ...(b ? [b] : [])];
    const [outputs, perGroup, ...kernel] = filters('Conv', types, attrs);
    if (x!.shape[1] !== perGroup! * group || outputs! % group !== 0)
      reject('Conv', `w [K, C/${group}, …kernel] with K a multiple of ${group}`, types);
    requireBias('Conv', outputs!, types);
    return [{ dtype: 'float32', shape: [x!.shape[0]!, outputs!, ...positions('Conv', x!, kernel, attrs)] }];
  },
  emit: ({ group, ...moves }, [, w]) => ({
    attributes: { ...windowAttributes(w!.shape.slice(2), moves), group: { int: group } },
  }),
  vjp([dy], { inputs: [x, w, b], attrs }) {
    const sizes = spatialSizes('Conv', x!.type, attrs);
    const left = sizes.map((size, i) => {
      const reach = attrs.dilations[i]! * ((w!.type.shape[2 + i] as number) - 1) + 1;
      return (size + padding(attrs, i) - reach) % attrs.strides[i]!;
    });
    const dx = apply(ConvTranspose, [dy!, w!], { ...attrs, outputPadding: left });
    const dw = kernelGradient(x!, dy!, w!.type, attrs);
    return b ? [dx, dw, channelSums(dy!)] : [dx, dw];
  },
  cases: [
    convCase([2, 3, 5, 4], [4, 3, 3, 2], { bias: 4 }),
    convCase([1, 1, 4, 4], [2, 1, 4, 4]),
    convCase([2, 2, 5, 6], [3, 2, 3, 3], { bias: 3, pads: [1, 1, 1, 1] }),
    convCase([2, 2, 5, 4], [2, 2, 3, 2], { pads: [0, 2, 1, 0] }),
    convCase([1, 2, 7, 6], [2, 2, 3, 3], { bias: 2, strides: [2, 2], pads: [1, 1, 1, 1] }),
    convCase([2, 1, 7, 8], [2, 1, 2, 1], { strides: [3, 2] }),
    convCase([1, 2, 3, 3], [2, 2, 1, 1], { strides: [2, 2], pads: [1, 1, 1, 1] }),
    convCase([1, 2, 7, 6], [2, 2, 3, 2], { dilations: [2, 3], pads: [1, 0, 1, 0] }),
    convCase([2, 2, 8, 7], [2, 2, 3, 2], { strides: [3, 2], dilations: [2, 3], pads: [1, 2, 0, 1] }),
    convCase([2, 4, 4, 5], [6, 2, 3, 3], { bias: 6, group: 2, pads: [1, 1, 1, 1], strides: [1, 2] }),
    convCase([2, 3, 5, 5], [3, 1, 3, 3], { bias: 3, group: 3, pads: [1, 1, 1, 1], strides: [2, 2] }),
    convCase([1, 2, 6, 5], [4, 1, 2, 3], { group: 2, dilations: [2, 1] }),
    convCase([2, 3, 7], [4, 3, 3], { bias: 4 }),
    convCase([2, 4, 9], [4, 2, 2], { bias: 4, group: 2, strides: [2], pads: [2, 1], dilations: [3] }),
    convCase([3, 2, 8], [2, 1, 3], { group: 2, strides: [4], pads: [0, 1] }),
  ],
};

const ConvTranspose: Op<ConvTransposeAttrs> = {
  name: 'ConvTranspose',
  infer([x, w, b], attrs) {
    const { group, outputPadding, strides, dilations } = attrs;
    const types = [x!, w!, ...(b ? [b] : [])];
    const [inputs, perGroup, ...kernel] = filters('ConvTranspose', types, attrs);
    if (x!.shape[1] !== inputs || inputs! % group !== 0)
      reject('ConvTranspose', `w [C, K/${group}, …kernel] with C a multiple of ${group}`, types);
    requireBias('ConvTranspose', perGroup! * group, types);
    const sizes = spatialSizes('ConvTranspose', x!, attrs);
    if (outputPadding.length !== sizes.length || outputPadding.some((extra, i) => !(extra >= 0 && extra < strides[i]!)))
      reject('ConvTranspose', `output padding (${outputPadding}) below the strides (${strides})`, types);
    const made = sizes.map(
      (size, i) =>
        (size - 1) * strides[i]! + dilations[i]! * (kernel[i]! - 1) + 1 + outputPadding[i]! - padding(attrs, i),
    );
    if (made.some(size => size < 1)) reject('ConvTranspose', `pads [${attrs.pads}] that leave something`, types);
    return [{ dtype: 'float32', shape: [x!.shape[0]!, perGroup! * group, ...made] }];
  },
  emit: ({ group, outputPadding, ...moves }, [, w]) => ({
    attributes: {
      ...windowAttributes(w!.shape.slice(2), moves),
      output_padding: { ints: outputPadding },
      group: { int: group },
    },
  }),
  vjp([dy], { inputs: [x, w, b], attrs }) {
    const { outputPadding: _, ...moves } = attrs;
    const dx = apply(Conv, [dy!, w!], moves);
    const dw = kernelGradient(dy!, x!, w!.type, attrs);
    return b ? [dx, dw, channelSums(dy!)] : [dx, dw];
  },
  cases: [
    transposedCase([2, 3, 4, 3], [3, 4, 3, 2], { bias: 4 }),
    transposedCase([1, 2, 3, 4], [2, 3, 3, 3], { bias: 3, pads: [1, 1, 1, 1] }),
    transposedCase([2, 2, 3, 4], [2, 2, 3, 3], { bias: 2, strides: [2, 2], pads: [1, 1, 1, 1], outputPadding: [1, 0] }),
    transposedCase([1, 2, 3, 3], [2, 1, 2, 2], { strides: [2, 2] }),
    transposedCase([2, 1, 3, 2], [1, 2, 2, 1], { strides: [3, 2], outputPadding: [2, 1], pads: [0, 0, 1, 0] }),
    transposedCase([1, 2, 4, 3], [2, 2, 3, 2], { dilations: [2, 3], pads: [1, 0, 2, 1] }),
    transposedCase([1, 2, 3, 3], [2, 1, 3, 2], { strides: [3, 2], dilations: [2, 3], outputPadding: [1, 1] }),
    transposedCase([2, 4, 3, 3], [4, 3, 3, 3], { bias: 6, group: 2, strides: [1, 2], pads: [1, 1, 1, 1] }),
    transposedCase([2, 3, 3, 3], [3, 1, 3, 3], { bias: 3, group: 3, strides: [2, 2], pads: [1, 1, 1, 1] }),
    transposedCase([1, 2, 3, 3], [2, 2, 1, 1], { strides: [2, 2], outputPadding: [0, 1] }),
    transposedCase([2, 3, 4], [3, 2, 3], { bias: 2 }),
    transposedCase([2, 4, 4], [4, 2, 4], { group: 2, strides: [3], pads: [1, 2], outputPadding: [2] }),
  ],
};

/** The shape of w, when it is a list of kernels for x. */
function filters(op: string, types: readonly Type[], { group }: ConvAttrs): readonly number[] {
  const [x, w] = types;
  requireFloat(op, types);
  if (!Number.isInteger(group) || group < 1 || !isStatic(w!.shape) || w!.shape.includes(0))
    reject(op, 'kernels of known size and a group ≥ 1', types);
  if (w!.shape.length !== x!.shape.length) reject(op, 'x [N, C, …spatial] and w of the same rank', types);
  return w!.shape;
}

function requireBias(op: string, channels: number, types: readonly Type[]): void {
  const bias = types[2];
  if (bias && (bias.shape.length !== 1 || bias.shape[0] !== channels)) reject(op, `a bias [${channels}]`, types);
}

const channelSums = (dy: Value): Value =>
  reshape(
    reduceSum(
      dy,
      [...dy.type.shape.keys()].filter(axis => axis !== 1),
    ),
    [dy.type.shape[1]!],
  );

/**
 * The gradient of a convolution's kernels, itself a convolution: the images are the channels, dy is the kernel,
 * strides and dilations change places. What the windows left over at the end is cut off.
 */
function kernelGradient(x: Value, dy: Value, kernels: Type, { group, strides, pads, dilations }: ConvAttrs): Value {
  staticShape('gradient of Conv', x.type);
  const kernel = kernels.shape.slice(2) as readonly number[];
  const images = group === 1 ? swapFirst(x) : groupedSwap(x, group);
  const whole = apply(Conv, [images, swapFirst(dy)], { group, strides: dilations, pads, dilations: strides });
  return swapFirst(kernel.reduce((part, size, i) => slice(part, 2 + i, 0, size), whole));
}

/** [N, group·C, …] → [C, group·N, …]. */
function groupedSwap(x: Value, group: number): Value {
  const [batch, channels, ...sizes] = staticShape('gradient of Conv', x.type);
  const apart = reshape(x, [batch!, group, channels! / group, ...sizes]);
  const swapped = transpose(apart, [2, 1, 0, ...sizes.map((_, i) => 3 + i)]);
  return reshape(swapped, [channels! / group, group * batch!, ...sizes]);
}

const swapFirst = (x: Value): Value =>
  transpose(
    x,
    [...x.type.shape.keys()].map(axis => (axis < 2 ? 1 - axis : axis)),
  );

export interface ConvOptions extends Partial<Windows> {
  readonly group?: number;
}

/**
 * Cross-correlation y[n, k, …o] = b[k] + Σ x[n, c, …o·stride + i·dilation − pad] · w[k, c, …i] of x [N, C, …spatial] with
 * w [K, C/group, …kernel]; spatial sizes become ⌊(size + pads − dilation·(kernel − 1) − 1)/stride⌋ + 1.
 */
export function conv(x: Value, w: Value, b: Value | undefined, options: ConvOptions = {}): Value {
  const { group = 1, ...moves } = options;
  return apply(Conv, b ? [x, w, b] : [x, w], { ...windows(x.type.shape.length - 2, moves), group });
}

/**
 * The transpose of a convolution: each x[n, c, …] adds x·w[c, k, …] into the output, w [C, K/group, …kernel]; spatial sizes
 * become (size − 1)·stride + dilation·(kernel − 1) + 1 + outputPadding − pads.
 */
export function convTranspose(
  x: Value,
  w: Value,
  b: Value | undefined,
  options: ConvOptions & { readonly outputPadding?: readonly number[] } = {},
): Value {
  const axes = x.type.shape.length - 2;
  const { group = 1, outputPadding = new Array<number>(Math.max(0, axes)).fill(0), ...moves } = options;
  return apply(ConvTranspose, b ? [x, w, b] : [x, w], { ...windows(axes, moves), outputPadding, group });
}

export const convOps: readonly Op[] = [Conv, ConvTranspose];
