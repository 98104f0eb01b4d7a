import { z } from 'zod';
import { HillockError } from '../errors.ts';
import type { ActivationName } from '../neuron/index.ts';
import { add } from '../ops/index.ts';
import { activate } from './activation.ts';
import { activationSchema, dense } from './dense.ts';
import type { LayerKind } from './layer.ts';

export interface AnyLayer {
  readonly kind: string;
}

export interface ResidualSpec<Layer extends AnyLayer = AnyLayer> {
  readonly kind: 'residual';
  readonly layers: readonly Layer[];
  /** Absent: the input itself. */
  readonly shortcut?: readonly Layer[] | undefined;
  readonly activation: ActivationName;
}

/** Layers whose output is added to their input, or to what the layers of `shortcut` make of it. */
export const residual = <Layer extends AnyLayer, Around extends AnyLayer = Layer>(
  layers: readonly Layer[],
  activation: ActivationName = 'linear',
  options: { readonly shortcut?: readonly Around[] } = {},
): ResidualSpec<Layer | Around> => ({ kind: 'residual', layers, activation, ...options });

const chain = z.array(z.custom<AnyLayer>());

export const residualKind: LayerKind<ResidualSpec> = {
  kind: 'residual',
  about: 'Layers with a way around them: ŷ = f(layers(x) + shortcut(x)), shortcut(x) = x unless told (He et al. 2016).',
  schema: z.strictObject({
    kind: z.literal('residual'),
    layers: chain.describe('the layers whose output is added'),
    shortcut: chain.optional().describe('layers of the way around; absent: the input itself'),
    activation: activationSchema.default('linear').describe('f, after the sum'),
  }) as unknown as z.ZodType<ResidualSpec>,
  nested: ['layers', 'shortcut'],
  members: true,
  neurons: false,
  keepsInputs: false,
  activation: spec => spec.activation,
  outputShape(_, __, { layers, shortcut }) {
    if (layers!.join() === shortcut!.join()) return layers!;
    throw new HillockError(
      'usage',
      `a residual layer adds what its layers make, [${layers}], to its shortcut, [${shortcut}]: the shapes must be the same`,
      'keep the shape (padding "same", as many filters as channels), or let layers in "shortcut" change it alike, such as a conv2d with kernel 1 and the same stride',
    );
  },
  parameters: () => [],
  build(spec, _, __, ___, { layers, shortcut }) {
    const z = add(layers!, shortcut!);
    return { z, y: activate(z, spec.activation) };
  },
  macs: () => 0,
  examples: [
    residual([dense(4, 'tanh'), dense(3)], 'relu'),
    residual([dense(4, 'silu', { bias: false })], 'tanh', {
      shortcut: [dense(4, 'linear', { bias: false })],
    }),
  ],
};
