/** What a network for forecasts is given: plain data, the names of what it makes, and what a stranger may have written. */
import { z } from 'zod';
import { type Step, stepUnits } from '../../data/index.ts';
import { HillockError } from '../../errors.ts';
import { inputName } from '../encoder.ts';
import { type BaseShare, baseNeeds } from './base.ts';

/** A column beside the target. */
export interface SeriesFeature {
  readonly name: string;
  /** Name of the model's input. */
  readonly input: string;
  /** Its values are known for the steps to forecast, too. */
  readonly known: boolean;
  /** Of numbers: mean and standard deviation on the training part. Of words: their levels, one flag each. */
  readonly values:
    | { readonly kind: 'number'; readonly mean: number; readonly std: number }
    | { readonly kind: 'words'; readonly levels: readonly string[] };
}

/** A cycle of the calendar: sines and cosines of 1 … harmonics turns in so many days. */
export interface Cycle {
  readonly name: string;
  readonly days: number;
  readonly harmonics: number;
}

/**
 * Windows of raw values → what the first layer sees. u = ln(value) when `log`, else the value; every window is shifted
 * by its level and divided by its scale √(mean (u − level)² + floor²). The network learns (u − base) / (scale · spread)
 * of the steps ahead.
 */
export interface SeriesEncoder {
  readonly version: 1;
  /** One list of numbers, or one row of numbers a step: [window, channels], with the steps ahead where they are known. */
  readonly layout: 'list' | 'steps';
  readonly window: number;
  readonly horizon: number;
  readonly step: Step;
  readonly log: boolean;
  /** Values below it count as this much where `log`. */
  readonly least: number;
  /** Steps of the season that levels and features are seen by; 1 = none. */
  readonly season: number;
  /** The mix of forecasts that the network's outputs are added to. */
  readonly base: readonly BaseShare[];
  readonly floor: number;
  readonly spread: number;
  readonly features: readonly SeriesFeature[];
  readonly cycles: readonly Cycle[];
}

/** What the outputs of a model of series are called, and the inputs that every one has. */
export const seriesNames = ['history', 'time', 'forecast', 'lower', 'upper'] as const;

/** A free name for the input of a feature. */
export const featureInput = (column: string, index: number, taken: Iterable<string>): string =>
  inputName(column, index, new Set([...seriesNames, ...taken]));

/** Whether a network sees the steps ahead one by one: something is known of them. */
export const seesAhead = ({ features, cycles }: Pick<SeriesEncoder, 'features' | 'cycles'>): boolean =>
  cycles.length > 0 || features.some(({ known }) => known);

/** Steps of the rows that a network of steps sees. */
export const stepsSeen = (encoder: SeriesEncoder): number =>
  encoder.window + (seesAhead(encoder) ? encoder.horizon : 0);

/** Flags or numbers that a feature becomes at one step. */
export const featureWidth = ({ values }: SeriesFeature): number => (values.kind === 'words' ? values.levels.length : 1);

/** Names of what a feature becomes. */
const featureParts = ({ name, values }: SeriesFeature): readonly string[] =>
  values.kind === 'words' ? values.levels.map(level => `${name} = ${level}`) : [name];

const cycleParts = ({ name, harmonics }: Cycle): readonly string[] =>
  Array.from({ length: harmonics }, (_, i) => [`${name} sin ${i + 1}`, `${name} cos ${i + 1}`]).flat();

const ahead = (count: number): readonly string[] => Array.from({ length: count }, (_, k) => `t+${k + 1}`);
const behind = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => (i === count - 1 ? 't' : `t-${count - 1 - i}`));

const crossed = (names: readonly string[], places: readonly string[]): readonly string[] =>
  names.flatMap(name => places.map(place => `${name} ${place}`));

/** Names of the channels of one step. */
export const channelNames = (encoder: SeriesEncoder, target: string): readonly string[] => [
  target,
  ...(seesAhead(encoder) ? ['ahead'] : []),
  ...encoder.features.flatMap(featureParts),
  ...encoder.cycles.flatMap(cycleParts),
];

/** Name of every number that the first layer sees, row-major. */
export function seriesFeatureNames(encoder: SeriesEncoder, target: string): readonly string[] {
  const { window, horizon, features, cycles, season } = encoder;
  if (encoder.layout === 'steps') {
    const places = [...behind(window), ...ahead(stepsSeen(encoder) - window)];
    const channels = channelNames(encoder, target);
    return places.flatMap(place => channels.map(channel => `${channel} ${place}`));
  }
  const known = features.filter(feature => feature.known).flatMap(featureParts);
  const before = season > 1 ? ahead(horizon).map(place => `${place} since the season before`) : [];
  return [
    ...crossed([target], behind(window)),
    ...crossed(features.filter(feature => !feature.known).flatMap(featureParts), behind(window)),
    ...crossed(known, [...ahead(horizon), ...before]),
    ...crossed(cycles.flatMap(cycleParts), ['t+1']),
  ];
}

/** Shape of one row as the first layer sees it. */
export function seriesShape(encoder: SeriesEncoder): readonly number[] {
  if (encoder.layout === 'steps') return [stepsSeen(encoder), channelNames(encoder, '').length];
  return [seriesFeatureNames(encoder, '').length];
}

const featureSchema = z.object({
  name: z.string().max(10_000),
  input: z.string().max(10_000),
  known: z.boolean(),
  values: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('number'), mean: z.number(), std: z.number().positive() }),
    z.object({ kind: z.literal('words'), levels: z.array(z.string().max(10_000)).min(1).max(200) }),
  ]),
});

const steps = z.int().min(1).max(100_000);
const regressionSchema = z.object({
  lags: z.array(steps).min(1).max(10_000),
  weights: z.array(z.number()).max(5_000_000),
  intercept: z.array(z.number()).max(100_000),
});
const encoderSchema = z
  .object({
    version: z.literal(1),
    layout: z.enum(['list', 'steps']),
    window: steps,
    horizon: steps,
    step: z.object({ unit: z.enum(stepUnits), count: z.number().positive() }),
    log: z.boolean(),
    least: z.number(),
    season: steps,
    base: z
      .array(
        z.object({
          name: z.string(),
          season: steps,
          growth: z.number(),
          shares: z.array(z.number()).max(100_000),
          regression: regressionSchema.optional(),
        }),
      )
      .max(200),
    floor: z.number().positive(),
    spread: z.number().positive(),
    features: z.array(featureSchema).max(10_000),
    cycles: z
      .array(z.object({ name: z.string().max(100), days: z.number().positive(), harmonics: z.int().min(1).max(32) }))
      .max(16),
  })
  .refine(({ log, least }) => !log || least > 0, 'logarithms of what is not above 0')
  .refine(({ season, window }) => season <= window, 'a season longer than the window')
  .refine(
    ({ base, window, horizon }) =>
      base.every(
        each =>
          each.shares.length === horizon &&
          baseNeeds(each) <= window &&
          (!each.regression ||
            (each.regression.intercept.length === horizon &&
              each.regression.weights.length === each.regression.lags.length * horizon)),
      ),
    'a base forecast that there is not or that the window is too short for',
  )
  .refine(({ window, horizon }) => window * horizon <= 5_000_000, 'a window too long')
  .refine(({ features }) => {
    const inputs = features.map(({ input }) => input);
    return inputs.every((input, i) => featureInput(input, i, inputs.slice(0, i)) === input);
  }, 'two inputs of one name');

/** An encoder of series read back from JSON that a stranger may have written. */
export function parseSeriesEncoder(json: unknown): SeriesEncoder {
  const result = encoderSchema.safeParse(json, { jitless: true });
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw new HillockError(
    'model-file',
    `the series encoder of this model is not valid: ${issue.message} at ${issue.path.join('.') || 'its top'}`,
    'the file is damaged or was written by another program',
  );
}
