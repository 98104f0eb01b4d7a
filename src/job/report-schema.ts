/** A report read back: it may come from a stranger's model file. */
import { z } from 'zod';
import { roleNames } from '../features/index.ts';
import { type NetworkSpec, parseNetwork } from '../nn/index.ts';
import type { OptimizerName, ScheduleName } from '../optim/index.ts';
import { optimizers, schedules } from '../optim/index.ts';
import { augmentationSchema } from '../train/index.ts';
import { forecastSchema } from './forecast-schema.ts';
import type { Report } from './report.ts';

// JSON has no word for a number that is none: it is written as null.
const figure = z
  .number()
  .nullable()
  .transform(value => value ?? Number.NaN);
const scores = z.record(z.string(), figure);
const count = z.int().min(0);
const texts = z.array(z.string());
const goals = z.array(z.object({ metric: z.string(), sign: z.enum(['>=', '<=']), level: z.number() }));
const perPart = <T extends z.ZodType>(value: T) => z.object({ train: value, validation: value, test: value });
const schedule = z.enum(Object.keys(schedules) as ScheduleName[]);

const network = z.custom<NetworkSpec>(value => {
  try {
    return parseNetwork(value) !== undefined;
  } catch {
    return false;
  }
});

const options = z.object({
  epochs: count,
  batch: count,
  optimizer: z.enum(Object.keys(optimizers) as OptimizerName[]),
  optimizerOptions: z.record(z.string(), z.number()),
  learningRate: z.number(),
  schedule,
  clip: z.number(),
  smoothing: z.number(),
  patience: z.number(),
  monitor: z.string(),
  until: goals,
  seed: z.number(),
  augment: augmentationSchema.optional(),
});

const residualGroup = z.object({
  rows: count,
  from: figure,
  to: figure,
  truth: figure,
  predicted: figure,
  mae: figure,
});

const reportSchema = z
  .object({
    hillock: z.string(),
    created: z.string(),
    source: z.string(),
    fingerprint: z.string(),
    testSource: z.string().nullable(),
    header: texts,
    task: z.enum(['regression', 'binary', 'multiclass', 'forecast']),
    taskReason: z.string(),
    target: z.string(),
    classes: texts.nullable(),
    rows: perPart(count),
    split: z.string(),
    columns: z.array(z.object({ column: z.string(), role: z.enum(roleNames), reason: z.string() })),
    warnings: z.array(z.object({ columns: texts, message: z.string() })),
    notes: z.array(z.object({ column: z.string().optional(), row: z.number().optional(), message: z.string() })),
    start: z.string().nullable().optional(),
    network,
    parameters: count,
    options,
    metrics: perPart(scores),
    standardErrors: scores.optional(),
    baseline: z.object({ name: z.string(), trivial: scores, linear: scores.nullable() }),
    forecast: forecastSchema.nullable(),
    confusion: z.array(z.array(count)).nullable(),
    residuals: z.object({ quantiles: z.array(figure), groups: z.array(residualGroup) }).nullable(),
    goal: z.object({ until: goals, reached: z.boolean() }).nullable(),
    epochs: count,
    bestEpoch: count,
    stopped: z.enum(['epochs', 'patience', 'goal', 'interrupted']),
    seconds: z.number(),
    samplesPerSecond: figure,
    device: z.string(),
    seed: z.number(),
    environment: z.object({ node: z.string(), platform: z.string(), processor: z.string(), cores: z.number() }),
  })
  .refine(({ classes, confusion }) => {
    if (!confusion) return true;
    const size = classes?.length ?? 0;
    return confusion.length === size && confusion.every(row => row.length === size);
  });

/** The report in JSON that a stranger may have written; null where it is not a whole one. */
export function parseReport(json: unknown): Report | null {
  const result = reportSchema.safeParse(json, { jitless: true });
  return result.success ? (result.data as Report) : null;
}
