/** The other side of `inputsOnThread`. */
import { parentPort, workerData } from 'node:worker_threads';
import { type AugmentTask, augmentInto } from '../train/augment.ts';
import type { AugmentRequest } from './augment-thread.ts';

const port = parentPort!;
const task = workerData as AugmentTask;

port.on('message', ({ epoch, data }: AugmentRequest) => {
  augmentInto(data, task, epoch);
  port.postMessage({ epoch, data } satisfies AugmentRequest, [data.buffer]);
});
