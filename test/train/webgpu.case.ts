import { expect, test } from 'vitest';
import { nodeRuntime } from '../../src/runtime/node.ts';
import { apart, beyondGpus, gpuJobs, learned } from './on-gpu.case.ts';

const gpu = await nodeRuntime({ device: 'webgpu' });

test.each(Object.entries(gpuJobs))('training: %s, as on the processor', async (_, job) => {
  const { loss, weight } = apart(await learned(job, gpu), await learned(job, await nodeRuntime()));
  expect(loss).toBeLessThan(1e-5);
  expect(weight).toBeLessThan(1e-4);
});

test('training: a network that the GPU cannot run is refused in words', async () => {
  await expect(learned(beyondGpus, gpu)).rejects.toMatchObject({
    kind: 'device',
    message: expect.stringContaining('because of MaxPool'),
    hint: expect.stringContaining('cpu'),
  });
});
