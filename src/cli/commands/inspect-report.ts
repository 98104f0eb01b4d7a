import { z } from 'zod';

const scores = z.record(z.string(), z.number().nullable());

const reportSchema = z.object({
  source: z.string().nullable().catch(null),
  fingerprint: z.string().nullable().catch(null),
  header: z.array(z.string()).nullable().catch(null),
  rows: z.record(z.string(), z.number()).nullable().catch(null),
  metrics: z.record(z.string(), scores).nullable().catch(null),
  baseline: z.object({ name: z.string(), trivial: scores, linear: scores.nullable() }).nullable().catch(null),
  columns: z
    .array(z.object({ column: z.string(), role: z.string(), reason: z.string() }))
    .nullable()
    .catch(null),
});

/** What `inspect` uses of a run's report; null where the report does not say. */
export type KnownReport = z.infer<typeof reportSchema>;

/** Reads the report of a model file, which a stranger may have written: what does not fit is taken as not said. */
export function knownReport(report: unknown): KnownReport {
  return reportSchema.parse(typeof report === 'object' && report !== null && !Array.isArray(report) ? report : {});
}
