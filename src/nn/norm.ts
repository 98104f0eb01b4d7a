import { z } from 'zod';
import { HillockError } from '../errors.ts';
import { sizeOf, type Value } from '../graph/index.ts';
import { add, div, mul, reduceMean, reshape, scalar, scale, sqrt, sub } from '../ops/index.ts';
import type { LayerKind } from './layer.ts';

export interface BatchNormSpec {
  readonly kind: 'batch-norm';
  readonly momentum: number;
  readonly epsilon: number;
  /** Axis of a row along which the features lie; absent = the first, that of the channels. */
  readonly axis?: number | undefined;
}

export interface LayerNormSpec {
  readonly kind: 'layer-norm';
  readonly epsilon: number;
}

export const batchNorm = (options: Partial<Omit<BatchNormSpec, 'kind'>> = {}): BatchNormSpec => ({
  kind: 'batch-norm',
  momentum: 0.1,
  epsilon: 1e-5,
  ...options,
});

export const layerNorm = (options: { epsilon?: number } = {}): LayerNormSpec => ({
  kind: 'layer-norm',
  epsilon: 1e-5,
  ...options,
});

/** The axis of a row along which the features lie, counted from the front. */
const featureAxis = ({ axis = 0 }: BatchNormSpec, row: readonly unknown[]): number =>
  axis < 0 ? axis + row.length : axis;

const scaleAndShift = (features: number) =>
  [
    { name: 'weight', shape: [features], role: 'bias', initial: 'ones', fanIn: features, fanOut: features },
    { name: 'bias', shape: [features], role: 'bias', initial: 'zeros', fanIn: features, fanOut: features },
  ] as const;

export const batchNormKind: LayerKind<BatchNormSpec> = {
  kind: 'batch-norm',
  about:
    'Each feature (channel of a map) standardised over the batch and its positions, then scaled and shifted: γ(x − μ) / √(σ² + ε) + β; running statistics afterwards (Ioffe and Szegedy 2015). Momentum and the unbiased running variance as PyTorch has them.',
  schema: z.strictObject({
    kind: z.literal('batch-norm'),
    momentum: z.number().gt(0).max(1).default(0.1).describe('share of the new batch in the running statistics'),
    epsilon: z.number().gt(0).default(1e-5).describe('ε'),
    axis: z
      .int()
      .min(-8)
      .max(7)
      .optional()
      .describe('axis of a row along which the features lie; absent = 0, that of the channels; 1 for [time, features]'),
  }) as unknown as z.ZodType<BatchNormSpec>,
  members: false,
  neurons: false,
  keepsInputs: false,
  affine(spec, parameters, input) {
    const { running_mean: mean, running_var: variance } = parameters;
    const weight = parameters.weight!.map((gamma, i) => gamma / Math.sqrt(variance![i]! + spec.epsilon));
    const bias = parameters.bias!.map((beta, i) => beta - mean![i]! * weight[i]!);
    const after = sizeOf(input.slice(featureAxis(spec, input) + 1));
    const spread = (values: Float64Array): Float64Array =>
      Float64Array.from({ length: sizeOf(input) }, (_, at) => values[Math.floor(at / after) % values.length]!);
    return { weight: spread(weight), bias: spread(bias), diagonal: true };
  },
  outputShape(spec, input) {
    if (featureAxis(spec, input) in input) return input;
    throw new HillockError(
      'usage',
      `rows of shape [${input}] have no axis ${spec.axis}`,
      'the axes of a row are counted from 0; without "axis" it is the first, that of the channels',
    );
  },
  parameters(spec, input) {
    const features = input[featureAxis(spec, input)]!;
    const statistic = { shape: [features], role: 'statistic', fanIn: features, fanOut: features } as const;
    return [
      ...scaleAndShift(features),
      { name: 'running_mean', initial: 'zeros', ...statistic },
      { name: 'running_var', initial: 'ones', ...statistic },
    ];
  },
  build(spec, x, parameters, context) {
    const own = 1 + featureAxis(spec, x.type.shape.slice(1));
    const along = (values: Value): Value =>
      reshape(values, [values.type.shape[0]!, ...x.type.shape.slice(own + 1).fill(1)]);
    const [runningMean, runningVariance] = parameters.slice(2);
    const [gamma, beta, meanBefore, varianceBefore] = parameters.map(along);
    if (!context.training) {
      const factor = div(gamma!, sqrt(add(varianceBefore!, scalar(spec.epsilon))));
      return { y: add(mul(sub(x, meanBefore!), factor), beta!) };
    }
    const axes = [...x.type.shape.keys()].filter(axis => axis !== own);
    const count = axes.reduce((product, axis) => product * (x.type.shape[axis] as number), 1);
    const mean = reduceMean(x, axes);
    const centred = sub(x, mean);
    const variance = reduceMean(mul(centred, centred), axes);
    const factor = div(gamma!, sqrt(add(variance, scalar(spec.epsilon))));
    const y = add(mul(centred, factor), beta!);
    const follow = (running: Value, now: Value): Value =>
      add(running, scale(sub(reshape(now, running.type.shape), running), spec.momentum));
    const unbiased = scale(variance, count / Math.max(1, count - 1));
    return { y, statistics: [follow(runningMean!, mean), follow(runningVariance!, unbiased)] };
  },
  macs: (_, input) => 2 * sizeOf(input),
  examples: [batchNorm(), batchNorm({ axis: -1, momentum: 0.3 })],
};

export const layerNormKind: LayerKind<LayerNormSpec> = {
  kind: 'layer-norm',
  about:
    'Each row standardised over its last axis, then scaled and shifted: γ(x − μ) / √(σ² + ε) + β (Ba, Kiros and Hinton 2016).',
  schema: z.strictObject({
    kind: z.literal('layer-norm'),
    epsilon: z.number().gt(0).default(1e-5).describe('ε'),
  }) as unknown as z.ZodType<LayerNormSpec>,
  members: false,
  neurons: false,
  keepsInputs: false,
  outputShape: (_, input) => input,
  parameters: (_, input) => scaleAndShift(input.at(-1)!),
  build(spec, x, [gamma, beta]) {
    const mean = reduceMean(x, [-1]);
    const centred = sub(x, mean);
    const variance = reduceMean(mul(centred, centred), [-1]);
    return { y: add(mul(div(centred, sqrt(add(variance, scalar(spec.epsilon)))), gamma!), beta!) };
  },
  macs: (_, input) => 4 * sizeOf(input),
  examples: [{ kind: 'layer-norm', epsilon: 1e-5 }],
};
