/** A training job on a thread of its own, so that the caller's thread stays free. Node only. */
import { Worker } from 'node:worker_threads';
import { workerFlags } from '../data/worker-flags.ts';
import type { TorchOptions } from '../engines/torch/index.ts';
import { type ErrorKind, HillockError } from '../errors.ts';
import type { FitControl, FitEvent, FitResult, TrainingJob } from '../train/index.ts';
import { sharedInputs } from './augment-thread.ts';
import type { Device } from './device.ts';

export interface ThreadOptions extends FitControl {
  /** Where the job runs. */
  readonly thread: FitThread;
  /** Train on PyTorch, in a folder that is made for it; absent = the runtime trains. */
  readonly torch?: TorchTask | undefined;
}

export interface TorchTask {
  readonly options: TorchOptions;
  readonly folder: string;
  /** Other machines have made the job in this folder. */
  readonly made?: boolean | undefined;
}

/** What the worker is told when it starts. */
export interface WorkerPlace {
  readonly device: Device;
  readonly threads: number | undefined;
}

/** What it hears first. */
export interface WorkerTask {
  readonly job: TrainingJob;
  readonly control: Omit<FitControl, 'signal' | 'feed'>;
  readonly torch: TorchTask | undefined;
}

export type WorkerMessage =
  | { readonly kind: 'event'; readonly event: FitEvent }
  | { readonly kind: 'result'; readonly result: FitResult }
  | { readonly kind: 'error'; readonly error: { kind: ErrorKind; message: string; hint: string | undefined } };

/** What the worker hears while it runs: to end, or that the last checkpoint was taken care of. */
export type ThreadMessage = 'abort' | 'written';

/** Threads for jobs: one loads what it takes while its job is made. */
export interface FitThread {
  /** A thread for one job, which ends it. */
  take(): Worker;
  /** Ends one that nobody took. */
  close(): Promise<void>;
}

/** A thread for the first job is begun at once where it is `awaited`. */
export function fitThread(device: Device = 'cpu', threads?: number, awaited = false): FitThread {
  const begin = (): Worker =>
    new Worker(new URL('./worker.js', import.meta.url), {
      workerData: { device, threads } satisfies WorkerPlace,
      ...workerFlags(),
    });
  let spare = awaited ? begin() : undefined;
  // Another one tells the same where it matters.
  const lost = (): void => {
    spare = undefined;
  };
  spare?.once('error', lost).once('exit', lost);
  return {
    take() {
      const worker = spare?.off('error', lost).off('exit', lost) ?? begin();
      spare = undefined;
      return worker;
    },
    async close() {
      await spare?.off('exit', lost).terminate();
    },
  };
}

/** The memory that goes over to the thread and is gone here. */
function transferable({ ownInputs, x }: TrainingJob): ArrayBuffer[] {
  return ownInputs && ArrayBuffer.isView(x.data) && x.data.buffer instanceof ArrayBuffer ? [x.data.buffer] : [];
}

/** `fit` in a worker thread: the same events, the same result, the same errors; inputs that are the job's own move there. */
export async function* fitOnThread(job: TrainingJob, options: ThreadOptions): AsyncGenerator<FitEvent, FitResult> {
  const { signal, resume, checkpointEvery, keepEvery, thread, torch } = options;
  const control = { resume, checkpointEvery, keepEvery };
  const worker = thread.take();
  const queue: WorkerMessage[] = [];
  let wake: () => void = () => undefined;
  const push = (message: WorkerMessage): void => {
    queue.push(message);
    wake();
  };
  const fail = (message: string): void =>
    push({ kind: 'error', error: { kind: 'unexpected', message, hint: undefined } });
  worker.on('message', push);
  worker.on('error', error =>
    fail(`the training thread failed: ${error instanceof Error ? error.message : String(error)}`),
  );
  worker.on('exit', code => fail(`the training thread ended early (code ${code})`));
  const task: WorkerTask = { job: sharedInputs(job), control, torch };
  worker.postMessage(task, transferable(job));
  const tell = (message: ThreadMessage): void => worker.postMessage(message);
  const abort = (): void => tell('abort');
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort);
  try {
    for (;;) {
      while (queue.length === 0) {
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      }
      const message = queue.shift()!;
      if (message.kind === 'result') return message.result;
      if (message.kind === 'error')
        throw new HillockError(message.error.kind, message.error.message, message.error.hint);
      yield message.event;
      if (message.event.event === 'checkpoint') tell('written');
    }
  } finally {
    signal?.removeEventListener('abort', abort);
    worker.removeAllListeners('exit');
    await worker.terminate();
  }
}
