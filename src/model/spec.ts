/** What a model file says about itself, read back as data from a stranger. */
import { z } from 'zod';
import { type DuplicateRule, duplicateRules } from '../data/index.ts';
import { HillockError } from '../errors.ts';
import {
  type Encoder,
  type PixelEncoding,
  parseEncoder,
  parseSeriesEncoder,
  parseTargetEncoding,
  pixelRow,
  pixelSchema,
  type SeriesEncoder,
  seriesShape,
  type TargetEncoding,
} from '../features/index.ts';
import { type NetworkSpec, parseNetwork, withFlatten } from '../nn/index.ts';
import { endsSchema, type SeriesEnd } from './series-ends.ts';

/** How series are read out of a table: the columns by what they are for. */
export interface SeriesReading {
  /** The time columns; none where the rows stand in their order. */
  readonly time: readonly string[];
  readonly group: readonly string[];
  readonly features: readonly string[];
  readonly known: readonly string[];
  /** What rows of one time become. */
  readonly duplicates: DuplicateRule;
}

/** What goes in: the columns of a table through an encoder, images of one size, or windows of series. */
export type ModelInput =
  | {
      readonly kind: 'series';
      readonly encoder: SeriesEncoder;
      readonly reading: SeriesReading;
      readonly ends: readonly SeriesEnd[];
    }
  | { readonly kind: 'table'; readonly encoder: Encoder }
  | ({ readonly kind: 'images' } & PixelEncoding);

/** The input of a model of series; throws `HillockError` kind `usage` for a model of something else. */
export function seriesInputOf({ input }: Pick<ModelSpec, 'input'>): Extract<ModelInput, { kind: 'series' }> {
  if (input.kind === 'series') return input;
  throw new HillockError('usage', 'this model does not forecast series');
}

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

const names = z.array(z.string().max(10_000)).max(10_000);
const readingSchema = z.object({
  time: names,
  group: names,
  features: names,
  known: names,
  duplicates: z.enum(duplicateRules).default('error'),
});
const headSchema = z.object({
  version: z.literal(1),
  hillock: z.string().max(100),
  created: z.string().max(100),
  threshold: z.number().min(0).max(1),
  input: z.union([
    z.object({ kind: z.literal('table'), encoder: z.unknown() }),
    z.object({ kind: z.literal('images') }).and(pixelSchema),
    z.object({ kind: z.literal('series'), encoder: z.unknown(), reading: readingSchema, ends: endsSchema }),
  ]),
  network: z.unknown(),
  target: z.unknown(),
});

/** The specification in a model's metadata; throws `HillockError` kind `model-file` when it is not valid. */
export function parseModelSpec(json: string): ModelSpec {
  const result = headSchema.safeParse(parseJson(json), { jitless: true });
  if (!result.success) throw broken(result.error.issues[0]?.message ?? 'unknown');
  const { input, network, target, ...head } = result.data;
  try {
    const read = parseInput(input);
    const spec: ModelSpec = {
      ...head,
      input: read,
      // The first model files take the pixels of grey images as a list without saying so.
      network: withFlatten(parseNetwork(network), inputShapeOf(read)),
      target: parseTargetEncoding(target),
    };
    if (!belongTogether(spec)) throw broken('its input and its target do not belong together');
    return spec;
  } catch (error) {
    if (error instanceof HillockError) throw broken(error.message);
    throw error;
  }
}

function parseInput(input: z.infer<typeof headSchema>['input']): ModelInput {
  if (input.kind === 'images') return input;
  if (input.kind === 'table') return { kind: 'table', encoder: parseEncoder(input.encoder) };
  return { ...input, encoder: parseSeriesEncoder(input.encoder) };
}

/** A forecast is of series, and of their horizon and scale. */
function belongTogether({ input, target }: ModelSpec): boolean {
  if (input.kind !== 'series' || target.task !== 'forecast')
    return input.kind !== 'series' && target.task !== 'forecast';
  const { horizon, window, log } = input.encoder;
  return horizon === target.horizon && log === target.log && input.ends.every(({ values }) => values.length === window);
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
  if (input.kind === 'series') return seriesShape(input.encoder);
  return input.kind === 'table' ? [input.encoder.width] : pixelRow(input);
}
