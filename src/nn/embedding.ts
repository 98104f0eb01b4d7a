import { z } from 'zod';
import { add, cast, gather, isNan, max, min, scalar, where } from '../ops/index.ts';
import type { LayerKind } from './layer.ts';

export interface EmbeddingSpec {
  readonly kind: 'embedding';
  readonly entries: number;
  readonly units: number;
}

/** A vector of `units` numbers for each of the codes 0 … entries − 1. */
export const embedding = (entries: number, units: number): EmbeddingSpec => ({ kind: 'embedding', entries, units });

export const embeddingKind: LayerKind<EmbeddingSpec> = {
  kind: 'embedding',
  about:
    'A learned vector for each code: rows of whole numbers [length] become [length, units], y = weight[code] (Bengio et al. 2003). A number is rounded to a code, below 0 and missing to 0, above the last to the last. Starts from N(0, 1), as PyTorch.',
  schema: z.strictObject({
    kind: z.literal('embedding'),
    entries: z.int().min(1).max(1_000_000).describe('how many codes there are'),
    units: z.int().min(1).max(65_536).describe('numbers of a vector'),
  }),
  rows: [['length']],
  members: false,
  neurons: false,
  keepsInputs: false,
  takesCodes: true,
  outputShape: ({ units }, [length]) => [length!, units],
  parameters: ({ entries, units }) => [
    { name: 'weight', shape: [entries, units], role: 'weight', initial: 'normal', fanIn: 1, fanOut: units },
  ],
  build({ entries }, x, [weight]) {
    const known = where(isNan(x), scalar(0), x);
    const within = min(max(add(known, scalar(0.5)), scalar(0)), scalar(entries - 0.5));
    return { y: gather(weight!, cast(within, 'int64')) };
  },
  macs: () => 0,
  examples: [embedding(5, 3)],
};
