import type { ImagesSplit, Table } from '../../data/index.ts';
import { HillockError } from '../../errors.ts';
import type { RunPlan } from '../../job/index.ts';
import type { Output } from '../output.ts';
import { fingerprintOf, readAlike, readGiven, tableOnly } from './source.ts';

/** The data that a run began with, read again from a path; refuses others. `place` is the folder of the run, for the message. */
export async function dataOfPlan(
  plan: RunPlan,
  path: string,
  place: string,
  out: Output,
): Promise<{ readonly data: Table | ImagesSplit; readonly test: Table | undefined }> {
  const data = await readGiven(path, plan.options, out);
  checkSame(fingerprintOf(data), plan, place);
  const named = { ...data, source: plan.source };
  if (!plan.test) return { data: named, test: undefined };
  const table = tableOnly(data, 'they cannot have a test file');
  const test = await readAlike(plan.test.path, table, plan.options.target ?? table.target ?? '');
  checkSame(test.fingerprint, plan.test, place);
  return { data: named, test: { ...test, source: plan.test.source } };
}

function checkSame(fingerprint: string, planned: { source: string; fingerprint: string }, place: string): void {
  if (fingerprint === planned.fingerprint) return;
  throw new HillockError(
    'data',
    `${planned.source} is not the data that the run in ${place} began with: its content has changed`,
    'bring the earlier file back, or train anew on this one without --resume',
  );
}
