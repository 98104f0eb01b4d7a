/** How fast a job is learned from in several ways: its own first steps, in turn. */
import type { Runtime } from '../runtime/index.ts';
import { takeRows } from './evaluate.ts';
import { type FitControl, fit } from './fit.ts';
import type { TrainingJob } from './job.ts';

/** Calls of each program that are measured; the one before them warms it up. */
const calls = 3;

/** Steps that an epoch of them has at most. */
const steps = 64;

/** Rows a second under each control; NaN where the job has too few steps to tell. Throws what `fit` throws. */
export async function paces(
  job: TrainingJob,
  runtime: Runtime,
  controls: readonly FitControl[],
): Promise<readonly number[]> {
  const first = begun(job);
  const racing = controls.map(control => ({ events: fit(first, runtime, control), rows: [0], seconds: [0] }));
  try {
    for (let call = 0; call <= calls; call++) {
      for (const { events, rows, seconds } of racing) {
        const step = await nextStep(events);
        rows.push((step?.step ?? 0) * job.options.batch);
        seconds.push(rows.at(-1)! / (step?.samplesPerSecond ?? Number.NaN));
      }
    }
  } finally {
    for (const { events } of racing) await events.return(undefined as never);
  }
  return racing.map(({ rows, seconds }) =>
    Math.max(...rows.slice(2).map((n, i) => (n - rows[i + 1]!) / (seconds[i + 2]! - seconds[i + 1]!))),
  );
}

/** The job on copies of its first rows, as they are and with nothing to judge it by. */
function begun(job: TrainingJob): TrainingJob {
  const { augment: _, ...options } = job.options;
  const rows = job.trainRows.subarray(0, steps * options.batch);
  const none = new Int32Array();
  return {
    ...job,
    ...(job.rowWeights && { rowWeights: takeRows(job.rowWeights, rows) }),
    options,
    x: takeRows(job.x, rows),
    y: takeRows(job.y, rows),
    trainRows: Int32Array.from(rows.keys()),
    validationRows: none,
    testRows: none,
  };
}

async function nextStep(events: ReturnType<typeof fit>) {
  for (;;) {
    const { value, done } = await events.next();
    if (done) return undefined;
    if (value.event === 'step') return value;
  }
}
