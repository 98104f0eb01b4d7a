import { z } from 'zod';
import type { ActivationName } from '../neuron/index.ts';
import { reshape } from '../ops/index.ts';
import { activate } from './activation.ts';
import { activationSchema } from './dense.ts';
import type { LayerKind } from './layer.ts';

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
  members: false,
  neurons: false,
  keepsInputs: true,
  affine: () => null,
  outputShape: (_, input) => [input.reduce((a, b) => a * b, 1)],
  parameters: () => [],
  build: (_, x) => ({
    y: reshape(x, [x.type.shape[0]!, (x.type.shape.slice(1) as number[]).reduce((a, b) => a * b, 1)]),
  }),
  macs: () => 0,
  examples: [{ kind: 'flatten' }],
};
