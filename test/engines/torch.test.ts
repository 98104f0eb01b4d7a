/** Training on PyTorch distributed, two processes on this machine, against training here. */
import { describe, expect, test } from 'vitest';
import { python, whyNoTorch } from '../../src/model/import/testing.case.ts';
import { follow } from '../train/jobs.ts';
import { apart, jobs, onTorch } from './torch-jobs.ts';

test.runIf(python === undefined)(whyNoTorch, () => {});

const close = 1e-4;

/** PyTorch is imported by every process, which takes long on a busy machine. */
const timeout = 600_000;

describe.skipIf(python === undefined)('two processes come to the same losses, weights and scores', () => {
  test.each(
    Object.entries(jobs).flatMap(([name, make]) =>
      (['sgd', 'adam'] as const).map(optimizer => ({ name, optimizer, make })),
    ),
  )('$name, $optimizer, 200 steps', { timeout }, async ({ make, optimizer }) => {
    const job = make({ optimizer });
    const found = apart(await follow(job, { fit: onTorch({}) }), await follow(job));
    expect(found.losses).toBeLessThan(close);
    expect(found.weights).toBeLessThan(close);
    expect(found.scores).toBeLessThan(close);
  });
});
