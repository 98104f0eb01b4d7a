/** What a model file says about itself, read back as data from a stranger. */
import { z } from 'zod';
import { HillockError } from '../errors.ts';
import {
  type Encoder,
  type PixelEncoding,
  parseEncoder,
  parseTargetEncoding,
  pixelRow,
  pixelSchema,
  type TargetEncoding,
} from '../features/index.ts';
import { type NetworkSpec, parseNetwork, withFlatten } from '../nn/index.ts';

/** What goes in: the columns of a table through an encoder, or images of one size. */
export type ModelInput =
  | { readonly kind: 'table'; readonly encoder: Encoder }
  | ({ readonly kind: 'images' } & PixelEncoding);

export interface ModelSpec {
  readonly version: 1;
  /** Version of Hillock that wrote it. */
  readonly hillock: string;
  readonly created: string;
  readonly input: ModelInput;
  /** Hidden layers and head. */
  readonly network: NetworkSpec;
  readonly target: TargetEncoding;
  /** Probability above which a binary prediction is the second class. */
  readonly threshold: number;
}

const headSchema = z.object({
  version: z.literal(1),
  hillock: z.string().max(100),
  created: z.string().max(100),
  threshold: z.number().min(0).max(1),
  input: z.union([
    z.object({ kind: z.literal('table'), encoder: z.unknown() }),
    z.object({ kind: z.literal('images') }).and(pixelSchema),
  ]),
  network: z.unknown(),
  target: z.unknown(),
});

/** The specification in a model's metadata; throws `HillockError` kind `model-file` when it is not valid. */
export function parseModelSpec(json: string): ModelSpec {
  const result = headSchema.safeParse(parseJson(json));
  if (!result.success) throw broken(result.error.issues[0]?.message ?? 'unknown');
  const { input, network, target, ...head } = result.data;
  try {
    const read: ModelInput = input.kind === 'table' ? { kind: 'table', encoder: parseEncoder(input.encoder) } : input;
    return {
      ...head,
      input: read,
      // The first model files take the pixels of grey images as a list without saying so.
      network: withFlatten(parseNetwork(network), inputShapeOf(read)),
      target: parseTargetEncoding(target),
    };
  } catch (error) {
    if (error instanceof HillockError) throw broken(error.message);
    throw error;
  }
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

const broken = (detail: string): HillockError =>
  new HillockError(
    'model-file',
    `this model's description is not valid: ${detail}`,
    'the file is damaged, or was written by another program or version',
  );

/** Shape of one row as the first layer sees it: of an image [channels, height, width]. */
export function inputShapeOf(input: ModelInput): readonly number[] {
  return input.kind === 'table' ? [input.encoder.width] : pixelRow(input);
}
