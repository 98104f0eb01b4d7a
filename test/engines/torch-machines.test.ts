/** Machines that were not given the same job: the folders of a job, one for each rank. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { torchDefaults, writeJob } from '../../src/engines/torch/index.ts';
import { freePort } from '../../src/engines/torch/launch.ts';
import { dense, network, place } from '../../src/nn/index.ts';
import { freshState, type TrainingJob } from '../../src/train/index.ts';
import { found } from './torch-found.ts';
import { jobs } from './torch-jobs.ts';

/** What the second rank says when the first has another job. */
async function second(a: TrainingJob, b: TrainingJob): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'hillock-torch-machines-'));
  const port = await freePort();
  try {
    const codes = [a, b].map(async (job, rank) => {
      const own = join(folder, String(rank));
      const layers = place(job.network, job.inputShape);
      const options = { ...torchDefaults, device: 'cpu', timeout: 60 } as const;
      await writeJob(own, { job, layers, state: freshState(job, layers), options, checkpointEvery: 60 }, 2);
      const ranks = { RANK: String(rank), LOCAL_RANK: '0', WORLD_SIZE: '2', OMP_NUM_THREADS: '1' };
      const env = { ...process.env, ...ranks, MASTER_ADDR: '127.0.0.1', MASTER_PORT: String(port) };
      const child = spawn(found!.command, [join(own, 'train.py')], { stdio: 'ignore', env });
      return new Promise<number | null>(resolve => child.once('exit', resolve));
    });
    expect(await Promise.all(codes)).toEqual([1, 1]);
    return readFileSync(join(folder, '1', 'out', 'error-1.txt'), 'utf8').split('\n')[0]!;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const changed = (array: Float32Array, place: number): Float32Array =>
  array.map((value, i) => (i === place ? value + 1 : value));

const job = jobs.FNN({ optimizer: 'sgd' });
const others: Readonly<Record<string, readonly [other: TrainingJob, said: string]>> = {
  truths: [{ ...job, y: { ...job.y, data: changed(job.y.data as Float32Array, 5) } as TrainingJob['y'] }, 'same job'],
  rows: [{ ...job, x: { ...job.x, data: changed(job.x.data as Float32Array, 7) } as TrainingJob['x'] }, 'same data'],
  weights: [
    { ...job, initial: new Map([['dense2.bias', new Float32Array([0, 0, 0.5, 0, 0])]]) },
    'same weights to begin with',
  ],
  network: [{ ...job, network: network([dense(8, 'relu'), dense(5, 'silu'), dense(1)]) }, 'same job'],
  'frozen layers': [{ ...job, frozen: ['dense1'] }, 'same job'],
  options: [{ ...job, options: { ...job.options, learningRate: 0.03 } }, 'same job'],
};

describe.skipIf(found === undefined)('a job is refused in words where the machines differ in', () => {
  test.each(Object.entries(others))('%s', { timeout: 600_000 }, async (_, [other, said]) => {
    expect(await second(job, other)).toContain(`the machines do not have the ${said}`);
  });
});
