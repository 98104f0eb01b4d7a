import { z } from 'zod';
import type { ActivationName } from '../neuron/index.ts';
import { activate } from './activation.ts';
import { activationSchema } from './dense.ts';
import type { LayerKind } from './layer.ts';

export interface ActivationSpec {
  readonly kind: 'activation';
  readonly activation: ActivationName;
}

export const activationLayer = (activation: ActivationName): ActivationSpec => ({ kind: 'activation', activation });

export const activationKind: LayerKind<ActivationSpec> = {
  kind: 'activation',
  about: 'An activation function on its own: ŷ = f(x).',
  schema: z.strictObject({ kind: z.literal('activation'), activation: activationSchema.describe('f') }),
  members: true,
  neurons: false,
  keepsInputs: false,
  activation: spec => spec.activation,
  affine: () => null,
  outputShape: (_, input) => input,
  parameters: () => [],
  build: (spec, x) => ({ z: x, y: activate(x, spec.activation) }),
  macs: () => 0,
  examples: [activationLayer('relu')],
};
