/** The other side of `fitOnThread`: runs one job and posts what happens. */
import { parentPort, workerData } from 'node:worker_threads';
import { HillockError } from '../errors.ts';
import { random } from '../random.ts';
import type { Runtime } from '../runtime/index.ts';
import { type FitControl, fit, stepsInEpoch, type TrainingJob } from '../train/index.ts';
import { inputsOnThread } from './augment-thread.ts';
import { blockFeed } from './block-feed.ts';
import { blockReader } from './blocks.ts';
import { chosenForms } from './chosen-form.ts';
import { runtimeFor } from './device.ts';
import type { ThreadMessage, WorkerMessage, WorkerPlace, WorkerTask } from './thread.ts';

const port = parentPort!;
const post = (message: WorkerMessage): void => port.postMessage(message);

const inputsFrom = (job: TrainingJob, step: number) => inputsOnThread(job, Math.floor(step / stepsInEpoch(job)));

async function fitHere(job: TrainingJob, runtime: Runtime, control: FitControl): Promise<ReturnType<typeof fit>> {
  const feed =
    job.blocks && blockFeed(job, job.blocks, await blockReader(job.blocks), random(job.options.seed).split('rows'));
  const forms = await chosenForms(job, runtime, control.signal);
  return fit(job, runtime, { ...control, feed, forms, inputs: inputsFrom(job, control.resume?.step ?? 0) });
}

const { device, threads } = workerData as WorkerPlace;
// Opened while the job is made.
const opening = runtimeFor(device, { threads });
opening.catch(() => undefined);

async function work({ job, control, torch }: WorkerTask): Promise<void> {
  const abort = new AbortController();
  let written: () => void = () => undefined;
  port.on('message', (message: ThreadMessage) => (message === 'abort' ? abort.abort() : written()));
  const runtime = await opening;
  const given = { ...control, signal: abort.signal };
  const events = torch
    ? (await import('../engines/torch/index.ts')).fitOnTorch(job, runtime, { ...given, ...torch, threads })
    : await fitHere(job, runtime, given);
  for (;;) {
    const next = await events.next();
    if (next.done) return post({ kind: 'result', result: next.value });
    post({ kind: 'event', event: next.value });
    // The next checkpoint is not made before this one is on the disk; an abort message comes in between two runs.
    if (next.value.event === 'checkpoint') await new Promise<void>(resolve => (written = resolve));
    else await new Promise(resolve => setImmediate(resolve));
  }
}

port.once('message', (task: WorkerTask) => {
  work(task).catch((error: unknown) => {
    const known = error instanceof HillockError ? error : undefined;
    const message = error instanceof Error ? error.message : String(error);
    post({ kind: 'error', error: { kind: known?.kind ?? 'unexpected', message, hint: known?.hint } });
  });
});
