/** Training step by step, as on a GPU, over the processor: what the loop gives, divergence included. */
import { describe, expect, test } from 'vitest';
import { dense, dropout } from '../../src/nn/index.ts';
import { nodeRuntime } from '../../src/runtime/node.ts';
import { playedDevice } from '../../src/runtime/stepper.case.ts';
import { follow, smallJob } from './jobs.ts';
import { apart, gpuJobs, learned } from './on-gpu.case.ts';

const looping = await nodeRuntime({ threads: 1 });
const device = playedDevice();
const stepwise = { ...looping, openStep: device.openStep };

const jobs = {
  ...gpuJobs,
  'an ensemble': smallJob('binary', [dense(6, 'tanh'), dropout(0.2)], { members: 2, epochs: 2 }),
};

describe('steps one by one', () => {
  test.each(Object.entries(jobs))('learn what the loop learns: %s', async (_, job) => {
    const found = apart(await learned(job, stepwise), await learned(job, looping));
    expect(found.loss).toBeLessThan(1e-5);
    expect(found.weight).toBeLessThan(1e-4);
    expect(device.now).toEqual({ sessions: 0, tensors: 0 });
  });

  test('divergence is told at the step where it happens', async () => {
    const job = smallJob('regression', [dense(8, 'relu')], { optimizer: 'sgd', learningRate: 1e4, batch: 4 });
    const here = await follow(job, { runtime: stepwise });
    const { error } = await follow(job, { runtime: looping });
    expect(here.error).toMatchObject({ kind: 'diverged', message: (error as Error).message });
    expect((error as Error).message).toMatch(/at step [2-9]\b/);
    expect(device.now).toEqual({ sessions: 0, tensors: 0 });
  });
});
