/** Transposed convolutions: from a small map to a larger one. */
import { z } from 'zod';
import { HillockError } from '../errors.ts';
import { named, sizeOf } from '../graph/index.ts';
import type { ActivationName } from '../neuron/index.ts';
import { convTranspose } from '../ops/index.ts';
import { activate } from './activation.ts';
import { type ConvBase, type ConvOptions, checkGroups, convFields, convParameters } from './conv.ts';
import type { LayerKind } from './layer.ts';
import { eachAxis, type Moves, reach, type Sizes, sizesSchema } from './window.ts';

export interface TransposeBase<Kind extends string> extends ConvBase<Kind> {
  readonly outputPadding: Sizes;
}

export type ConvTranspose1dSpec = TransposeBase<'conv-transpose1d'>;
export type ConvTranspose2dSpec = TransposeBase<'conv-transpose2d'>;

const maker =
  <Kind extends string>(kind: Kind) =>
  (
    filters: number,
    kernel: Sizes,
    activation: ActivationName = 'linear',
    options: ConvOptions & { readonly outputPadding?: Sizes } = {},
  ): TransposeBase<Kind> => ({
    kind,
    filters,
    kernel,
    stride: 1,
    padding: 'valid',
    dilation: 1,
    groups: 1,
    outputPadding: 0,
    activation,
    bias: true,
    ...options,
  });

/** A transposed convolution over sequences [channels, length]. */
export const convTranspose1d = maker('conv-transpose1d');

/** A transposed convolution over maps [channels, height, width]. */
export const convTranspose2d = maker('conv-transpose2d');

/** The moves, and the sizes that come out: (size − 1)·stride + reach − pads + outputPadding; `same` makes them size·stride. */
export function transposeMoves(
  spec: TransposeBase<string>,
  input: readonly number[],
): Moves & { readonly extra: readonly number[] } {
  const sizes = input.slice(1);
  const each = (what: string, value: Sizes): readonly number[] => eachAxis(what, value, sizes.length);
  const kernel = each('kernel', spec.kernel);
  const strides = each('stride', spec.stride);
  const dilations = each('dilation', spec.dilation);
  const asked = each('output padding', spec.outputPadding);
  const sides = each('padding', typeof spec.padding === 'string' ? 0 : spec.padding);
  const reaches = kernel.map((size, i) => reach(size, dilations[i]!));
  const same = spec.padding === 'same';
  const overlap = reaches.map((size, i) => size - strides[i]!);
  const begins = same ? overlap.map(size => Math.floor(Math.max(0, size) / 2)) : sides;
  const ends = same ? overlap.map(size => Math.ceil(Math.max(0, size) / 2)) : sides;
  const extra = same ? overlap.map(size => Math.max(0, -size)) : asked;
  const positions = sizes.map((size, i) => (size - 1) * strides[i]! + reaches[i]! + extra[i]! - begins[i]! - ends[i]!);
  const wrong = extra.findIndex((more, i) => more >= strides[i]!);
  if (wrong >= 0)
    throw new HillockError('usage', `output padding ${extra[wrong]} must be below the stride ${strides[wrong]}`);
  if (positions.some(size => size < 1))
    throw new HillockError(
      'usage',
      `padding ${JSON.stringify(spec.padding)} leaves nothing of rows of shape [${input}]`,
    );
  return { kernel, strides, dilations, pads: [...begins, ...ends], positions, extra };
}

const transposeKind = <Spec extends TransposeBase<string>>(
  kind: Spec['kind'],
  axes: readonly string[],
  examples: readonly Spec[],
): LayerKind<Spec> => ({
  kind,
  about: `The transpose of a convolution over rows [${axes.join(', ')}], which makes them larger: each place adds x·w to the places under its window, + b, ŷ = f(z) (Zeiler et al. 2010). Size (n − 1)·stride + dilation·(kernel − 1) + 1 − 2·padding + outputPadding; \`same\` makes it n·stride. PyTorch’s weight layout [channels, filters / groups, …kernel].`,
  schema: z.strictObject({
    kind: z.literal(kind),
    ...convFields(axes.length - 1),
    outputPadding: sizesSchema(0, axes.length - 1)
      .default(0)
      .describe('places added at the end, below the stride'),
  }) as unknown as z.ZodType<Spec>,
  rows: [axes],
  members: false,
  neurons: false,
  keepsInputs: false,
  activation: spec => spec.activation,
  outputShape(spec, input) {
    checkGroups(spec, input[0]!);
    return [spec.filters, ...transposeMoves(spec, input).positions];
  },
  parameters(spec, input) {
    const { kernel, strides } = transposeMoves(spec, input);
    const perGroup = spec.filters / spec.groups;
    // Of the kernel only one place in `stride` reaches a given output.
    const met = sizeOf(kernel.map((size, i) => Math.max(1, size / strides[i]!)));
    const fans = { fanIn: (input[0]! / spec.groups) * met, fanOut: perGroup * sizeOf(kernel) };
    return convParameters(spec, [input[0]!, perGroup, ...kernel], fans);
  },
  build(spec, x, [weight, bias]) {
    const { strides, pads, dilations, extra } = transposeMoves(spec, x.type.shape.slice(1) as number[]);
    const moves = { strides, pads, dilations, outputPadding: extra, group: spec.groups };
    const z = named(convTranspose(x, weight!, bias, moves), 'z');
    return { z, y: activate(z, spec.activation) };
  },
  macs: (spec, input) => sizeOf(input) * (spec.filters / spec.groups) * sizeOf(transposeMoves(spec, input).kernel),
  examples,
});

export const convTranspose1dKind = transposeKind<ConvTranspose1dSpec>(
  'conv-transpose1d',
  ['channels', 'length'],
  [convTranspose1d(2, 3, 'tanh', { stride: 2, padding: 1, outputPadding: 1 })],
);

export const convTranspose2dKind = transposeKind<ConvTranspose2dSpec>(
  'conv-transpose2d',
  ['channels', 'height', 'width'],
  [
    convTranspose2d(3, 2, 'relu', { stride: 2 }),
    convTranspose2d(2, [2, 3], 'linear', { stride: [1, 2], padding: 'same', groups: 2, bias: false }),
  ],
);
