/** The report of a forecast read back: it may come from a stranger's model file. */
import { z } from 'zod';

// JSON has no word for a number that is none: it is written as null.
const figure = z
  .number()
  .nullable()
  .transform(value => value ?? Number.NaN);
const scores = z.record(z.string(), figure);
const texts = z.array(z.string());
const figures = z.array(figure);
const judged = z.object({ scores, baselines: z.record(z.string(), scores) });
const steps = z.object({
  key: z.string(),
  time: texts,
  forecast: figures,
  lower: figures.nullable(),
  upper: figures.nullable(),
});
const seriesScores = z.array(z.object({ key: z.string(), scores }));

export const forecastSchema = z.object({
  horizon: z.int().min(1),
  window: z.int().min(1),
  step: z.string(),
  season: z.int().min(1),
  log: z.boolean(),
  base: z.array(z.object({ name: z.string(), season: z.int().min(1), share: z.number() })),
  series: z.int().min(0),
  known: texts,
  past: texts,
  rolling: z.object({ train: judged, validation: judged, test: judged }),
  ahead: z.object({ mae: figures, baselines: z.record(z.string(), figures) }).optional(),
  fixed: judged.extend({ steps: z.int().min(0) }).nullable(),
  coverage: z.array(z.object({ level: z.number(), share: z.number().nullable() })),
  best: seriesScores,
  worst: seriesScores,
  shown: z.array(
    z.object({ key: z.string(), time: texts, values: figures, test: steps.nullable(), next: steps.nullable() }),
  ),
});
