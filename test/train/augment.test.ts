/** The images of an epoch are the same wherever they are made, and whichever epoch was made before. */
import { afterEach, expect, test } from 'vitest';
import type { ThreadedInputs } from '../../src/job/augment-thread.ts';
import { epochInputs } from '../../src/train/index.ts';
import { imageJob } from './jobs.ts';

const { inputsOnThread } = (await import(
  new URL('../../dist/rooms/job/augment-thread.js', import.meta.url).href
)) as typeof import('../../src/job/augment-thread.ts');

const job = imageJob({ epochs: 6, augment: { rotate: 15, flip: 'horizontal', shift: 1, cutout: 2 } });
const here = async (epoch: number): Promise<Uint8Array> => (await epochInputs(job).of(epoch)).data as Uint8Array;

let inputs: ThreadedInputs | undefined;
afterEach(async () => inputs?.close());

test('on a thread of their own, in order', async () => {
  inputs = inputsOnThread(job, 0);
  for (let epoch = 0; epoch < job.options.epochs; epoch++) {
    const { data, ...rest } = await inputs.of(epoch);
    expect(rest).toEqual({ dtype: 'uint8', shape: job.x.shape });
    expect(data).toEqual(await here(epoch));
    expect((await inputs.of(epoch)).data).toBe(data);
  }
});

test('going on later, and in any order', async () => {
  inputs = inputsOnThread(job, 3);
  for (const epoch of [3, 4, 1, 5, 0]) expect((await inputs.of(epoch)).data).toEqual(await here(epoch));
});

test('images that are not varied stay where they are', async () => {
  const plain = imageJob({ epochs: 2 });
  inputs = inputsOnThread(plain, 0);
  expect((await inputs.of(1)).data).toBe(plain.x.data);
  inputs = inputsOnThread({ ...plain, options: { ...plain.options, augment: {} } }, 0);
  expect((await inputs.of(0)).data).toBe(plain.x.data);
});
