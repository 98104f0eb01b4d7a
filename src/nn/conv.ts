/** Convolutions over sequences [channels, length] and maps [channels, height, width]. */
import { z } from 'zod';
import { HillockError } from '../errors.ts';
import { named, sizeOf } from '../graph/index.ts';
import type { ActivationName } from '../neuron/index.ts';
import { conv } from '../ops/index.ts';
import { activate } from './activation.ts';
import { activationSchema, initialiserFor, initialiserSchema } from './dense.ts';
import type { LayerKind } from './layer.ts';
import type { InitialiserName, Parameter } from './parameter.ts';
import { movesOf, type Padding, paddingAbout, paddingSchema, type Sizes, sizesSchema } from './window.ts';

/** What every kind of convolution says about itself. */
export interface ConvBase<Kind extends string> {
  readonly kind: Kind;
  readonly filters: number;
  readonly kernel: Sizes;
  readonly stride: Sizes;
  readonly padding: Padding;
  readonly dilation: Sizes;
  readonly groups: number;
  readonly activation: ActivationName;
  readonly bias: boolean;
  readonly initial?: InitialiserName | undefined;
  readonly gain?: number | undefined;
}

export type Conv1dSpec = ConvBase<'conv1d'>;
export type Conv2dSpec = ConvBase<'conv2d'>;
export type ConvOptions = Partial<Omit<Conv2dSpec, 'kind' | 'filters' | 'kernel' | 'activation'>>;

const maker =
  <Kind extends string>(kind: Kind) =>
  (
    filters: number,
    kernel: Sizes,
    activation: ActivationName = 'linear',
    options: ConvOptions = {},
  ): ConvBase<Kind> => ({
    kind,
    filters,
    kernel,
    stride: 1,
    padding: 'valid',
    dilation: 1,
    groups: 1,
    activation,
    bias: true,
    ...options,
  });

/** A convolution over sequences [channels, length]. */
export const conv1d = maker('conv1d');

/** A convolution over maps [channels, height, width]. */
export const conv2d = maker('conv2d');

/** A convolution of each of `channels` on its own, `multiplier` filters a channel: conv2d with as many groups as channels. */
export const depthwiseConv2d = (
  channels: number,
  kernel: Sizes,
  activation: ActivationName = 'linear',
  { multiplier = 1, ...options }: Omit<ConvOptions, 'groups'> & { readonly multiplier?: number } = {},
): Conv2dSpec => conv2d(channels * multiplier, kernel, activation, { ...options, groups: channels });

/** The fields of every kind of convolution. */
export const convFields = (axes: number) => ({
  filters: z.int().min(1).max(65_536).describe('channels that come out'),
  kernel: sizesSchema(1, axes).describe('size of the window'),
  stride: sizesSchema(1, axes).default(1).describe('how far the window moves'),
  padding: paddingSchema(axes).default('valid').describe(paddingAbout),
  dilation: sizesSchema(1, axes).default(1).describe('distance of the window’s elements'),
  groups: z
    .int()
    .min(1)
    .max(65_536)
    .default(1)
    .describe('parts of the channels that are convolved apart; as many as channels = depthwise'),
  activation: activationSchema.default('linear').describe('f'),
  bias: z.boolean().default(true).describe('whether b is added'),
  initial: initialiserSchema.optional().describe('first weights; he-normal before relu and its kin'),
  gain: z.number().positive().max(1e6).optional().describe('factor on the first weights'),
});

/** Throws unless the groups divide the channels on both sides. */
export function checkGroups({ groups, filters }: Pick<Conv2dSpec, 'groups' | 'filters'>, channels: number): void {
  if (channels % groups === 0 && filters % groups === 0) return;
  throw new HillockError(
    'usage',
    `${groups} groups must divide both the ${channels} channels that come in and the ${filters} filters`,
  );
}

/** weight and bias with the fans of a kernel. */
export function convParameters(
  spec: Pick<Conv2dSpec, 'initial' | 'activation' | 'gain' | 'bias' | 'filters'>,
  shape: readonly number[],
  fans: { readonly fanIn: number; readonly fanOut: number },
): readonly Parameter[] {
  const { initial = initialiserFor(spec.activation), gain, bias, filters } = spec;
  const weight = { name: 'weight', shape, role: 'weight', initial, ...fans } as const;
  return [
    gain === undefined ? weight : { ...weight, gain },
    ...(bias ? [{ name: 'bias', shape: [filters], role: 'bias', initial: 'zeros', ...fans } as const] : []),
  ];
}

type AnyConv = ConvBase<string>;

const convKind = <Spec extends AnyConv>(
  kind: Spec['kind'],
  axes: readonly string[],
  examples: readonly Spec[],
): LayerKind<Spec> => ({
  kind,
  about: `Filters that move over rows [${axes.join(', ')}]: z = Σ x·w + b over the channels and places under the window, ŷ = f(z) (LeCun et al. 1998). PyTorch’s weight layout [filters, channels / groups, …kernel].`,
  schema: z.strictObject({ kind: z.literal(kind), ...convFields(axes.length - 1) }) as unknown as z.ZodType<Spec>,
  rows: [axes],
  members: false,
  neurons: false,
  keepsInputs: false,
  activation: spec => spec.activation,
  filters: (spec, input) => ({ moves: movesOf(spec, input), groups: spec.groups }),
  outputShape(spec, input) {
    checkGroups(spec, input[0]!);
    return [spec.filters, ...movesOf(spec, input).positions];
  },
  parameters(spec, input) {
    const { kernel } = movesOf(spec, input);
    const perGroup = input[0]! / spec.groups;
    const area = sizeOf(kernel);
    const fans = { fanIn: perGroup * area, fanOut: (spec.filters / spec.groups) * area };
    return convParameters(spec, [spec.filters, perGroup, ...kernel], fans);
  },
  build(spec, x, [weight, bias]) {
    const { strides, pads, dilations } = movesOf(spec, x.type.shape.slice(1) as number[]);
    const z = named(conv(x, weight!, bias, { strides, pads, dilations, group: spec.groups }), 'z');
    return { z, y: activate(z, spec.activation) };
  },
  macs(spec, input) {
    const { kernel, positions } = movesOf(spec, input);
    return spec.filters * sizeOf(positions) * (input[0]! / spec.groups) * sizeOf(kernel);
  },
  examples,
});

export const conv1dKind = convKind<Conv1dSpec>(
  'conv1d',
  ['channels', 'length'],
  [conv1d(4, 3, 'relu'), conv1d(2, 2, 'tanh', { stride: 2, padding: 'same', groups: 2, bias: false })],
);

export const conv2dKind = convKind<Conv2dSpec>(
  'conv2d',
  ['channels', 'height', 'width'],
  [
    conv2d(3, 3, 'relu', { padding: 'same' }),
    conv2d(2, [2, 3], 'linear', { stride: [2, 1], padding: [1, 2], bias: false }),
    conv2d(2, 2, 'silu', { dilation: 2, padding: 1, initial: 'fan-in-uniform', gain: 0.5 }),
    depthwiseConv2d(2, 3, 'tanh', { padding: 'same', stride: 2, multiplier: 2 }),
  ],
);
