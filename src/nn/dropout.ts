import { z } from 'zod';
import { cast, div, greater, mul, scalar, sub } from '../ops/index.ts';
import type { LayerKind } from './layer.ts';

export interface DropoutSpec {
  readonly kind: 'dropout';
  readonly rate: number;
}

export const dropout = (rate: number): DropoutSpec => ({ kind: 'dropout', rate });

export const dropoutKind: LayerKind<DropoutSpec> = {
  kind: 'dropout',
  about:
    'In training each input is 0 with probability `rate`, else divided by 1 − rate; afterwards nothing (Srivastava et al. 2014).',
  schema: z.strictObject({ kind: z.literal('dropout'), rate: z.number().min(0).lt(1) }),
  members: true,
  neurons: false,
  keepsInputs: true,
  affine: () => null,
  outputShape: (_, input) => input,
  parameters: () => [],
  build(spec, x, _, context) {
    if (!context.training || spec.rate === 0) return { y: x };
    const rate = scalar(spec.rate);
    const kept = cast(greater(context.noise(x.type.shape), rate), 'float32');
    return { y: mul(x, mul(kept, div(scalar(1), sub(scalar(1), rate)))) };
  },
  macs: () => 0,
  examples: [{ kind: 'dropout', rate: 0.25 }],
};
