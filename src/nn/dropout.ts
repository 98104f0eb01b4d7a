import { z } from 'zod';
import { cast, div, greater, mul, scalar, sub } from '../ops/index.ts';
import { type LayerKind, leadingAxes } from './layer.ts';

export interface DropoutSpec {
  readonly kind: 'dropout';
  readonly rate: number;
  /** Whole channels are dropped together. */
  readonly channels?: true | undefined;
}

export const dropout = (rate: number, options: { readonly channels?: true } = {}): DropoutSpec => ({
  kind: 'dropout',
  rate,
  ...options,
});

export const dropoutKind: LayerKind<DropoutSpec> = {
  kind: 'dropout',
  about:
    'In training each input is 0 with probability `rate`, else divided by 1 − rate; afterwards nothing (Srivastava et al. 2014).',
  schema: z.strictObject({
    kind: z.literal('dropout'),
    rate: z.number().min(0).lt(1).describe('share of the inputs that are dropped'),
    channels: z
      .literal(true)
      .optional()
      .describe('true: whole channels (the first axis of a row) are dropped together (Tompson et al. 2015)'),
  }),
  members: true,
  neurons: false,
  keepsInputs: true,
  affine: () => null,
  outputShape: (_, input) => input,
  parameters: () => [],
  build(spec, x, _, context) {
    if (!context.training || spec.rate === 0) return { y: x };
    const rate = scalar(spec.rate);
    const { shape } = x.type;
    const own = spec.channels ? shape.map((dim, axis) => (axis <= leadingAxes(context) ? dim : 1)) : shape;
    const kept = cast(greater(context.noise(own), rate), 'float32');
    return { y: mul(x, mul(kept, div(scalar(1), sub(scalar(1), rate)))) };
  },
  macs: () => 0,
  examples: [dropout(0.25), dropout(0.5, { channels: true })],
};
