import { z } from 'zod';
import { sizeOf } from '../graph/index.ts';
import type { ActivationName } from '../neuron/index.ts';
import { reshape } from '../ops/index.ts';
import { activate } from './activation.ts';
import { activationSchema } from './dense.ts';
import { type LayerKind, leadingAxes } from './layer.ts';

export interface ActivationSpec {
  readonly kind: 'activation';
  readonly activation: ActivationName;
}

export interface FlattenSpec {
  readonly kind: 'flatten';
}

export const activationLayer = (activation: ActivationName): ActivationSpec => ({ kind: 'activation', activation });
export const flatten = (): FlattenSpec => ({ kind: 'flatten' });

export const activationKind: LayerKind<ActivationSpec> = {
  kind: 'activation',
  about: 'An activation function on its own: ŷ = f(x).',
  schema: z.strictObject({ kind: z.literal('activation'), activation: activationSchema }),
  members: true,
  neurons: false,
  keepsInputs: false,
  activation: spec => spec.activation,
  affine: () => null,
  outputShape: (_, input) => input,
  parameters: () => [],
  build: (spec, x) => ({ z: x, y: activate(x, spec.activation) }),
  macs: () => 0,
  examples: [{ kind: 'activation', activation: 'relu' }],
};

export const flattenKind: LayerKind<FlattenSpec> = {
  kind: 'flatten',
  about: 'Each row as one list of numbers, in row-major order.',
  schema: z.strictObject({ kind: z.literal('flatten') }),
  members: true,
  neurons: false,
  keepsInputs: true,
  affine: () => null,
  outputShape: (_, input) => [sizeOf(input)],
  parameters: () => [],
  build(_, x, __, context) {
    const lead = leadingAxes(context);
    return { y: reshape(x, [...x.type.shape.slice(0, lead), sizeOf(x.type.shape.slice(lead) as number[])]) };
  },
  macs: () => 0,
  examples: [{ kind: 'flatten' }],
};
