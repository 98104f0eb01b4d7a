/** Runs models in a child process, so that native code that aborts fails one case and not the runner. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { DType } from '../../src/graph/index.ts';

export interface PlainTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: readonly (number | string)[];
}

export type Plain = Readonly<Record<string, PlainTensor>>;

export interface Job {
  readonly id: string;
  readonly model: Uint8Array;
  readonly runs: readonly Plain[];
}

export type Outcome =
  | { readonly results: readonly Plain[] }
  | { readonly failed: 'open' | 'run' | 'abort'; readonly message: string };

const script = fileURLToPath(new URL('../../scripts/run-models.mjs', import.meta.url));

/** Outcomes by job id; the job during which the process dies has failed with `abort`, the rest go on in a new process. */
export async function runModels(runtime: 'native' | 'wasm', jobs: readonly Job[]): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  let left = jobs;
  while (left.length > 0) {
    const before = left.length;
    const { current, reason } = await runOnce(runtime, left, outcomes);
    if (current !== undefined) outcomes.set(current, { failed: 'abort', message: reason });
    left = left.filter(job => !outcomes.has(job.id));
    if (left.length === before) throw new Error(`the child process could not start: ${reason}`);
  }
  return outcomes;
}

async function runOnce(
  runtime: string,
  jobs: readonly Job[],
  outcomes: Map<string, Outcome>,
): Promise<{ current: string | undefined; reason: string }> {
  const child = spawn(process.execPath, [script, runtime], { stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', text => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', text => {
    errors += text;
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(
    JSON.stringify({ jobs: jobs.map(job => ({ ...job, model: Buffer.from(job.model).toString('base64') })) }),
  );
  const end = await new Promise<string>(resolve =>
    child.on('close', (code, signal) => resolve(signal ?? `exit code ${code}`)),
  );
  let current: string | undefined;
  for (const line of output.split('\n').slice(0, -1)) {
    const { start, id, ...outcome } = JSON.parse(line) as { start?: string; id?: string } & Outcome;
    current = start;
    if (id !== undefined) outcomes.set(id, outcome as Outcome);
  }
  return { current, reason: `${end} ${errors.trim().split('\n').at(-1)}` };
}
