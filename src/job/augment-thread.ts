/** The inputs of the epochs to come, made on a thread of their own while an epoch trains. Node only. */
import { Worker } from 'node:worker_threads';
import { HillockError } from '../errors.ts';
import { augmentTask, type EpochInputs, epochInputs, type TrainingJob } from '../train/index.ts';

/** The inputs of an epoch, to be made in the array that goes with it; then the same, made. */
export interface AugmentRequest {
  readonly epoch: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

export interface ThreadedInputs extends EpochInputs {
  close(): Promise<void>;
}

/** Makes the inputs of each epoch from `first` on before it is asked for; two arrays go to and fro, none is copied. */
export function inputsOnThread(job: TrainingJob, first: number): ThreadedInputs {
  const task = augmentTask(sharedInputs(job));
  if (!task) return { ...epochInputs(job), close: async () => undefined };
  const { length } = task.x.data;
  const worker = new Worker(new URL('./augment-worker.js', import.meta.url), { workerData: task });
  let answer: (answer: AugmentRequest) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  worker.on('message', (message: AugmentRequest) => answer(message));
  worker.on('error', error => fail(failed(error.message)));
  worker.on('exit', code => fail(failed(`it ended early (code ${code})`)));
  const ask = (epoch: number, data: Uint8Array<ArrayBuffer>): Promise<AugmentRequest> => {
    const made = new Promise<AugmentRequest>((resolve, reject) => {
      answer = resolve;
      fail = reject;
    });
    made.catch(() => undefined);
    worker.postMessage({ epoch, data } satisfies AugmentRequest, [data.buffer]);
    return made;
  };
  let current: AugmentRequest | undefined;
  let coming: Promise<AugmentRequest> | undefined = ask(first, new Uint8Array(length));
  const made = async (epoch: number): Promise<AugmentRequest> => {
    const next = await coming;
    return next?.epoch === epoch ? next : ask(epoch, next?.data ?? new Uint8Array(length));
  };
  return {
    async of(epoch) {
      if (current?.epoch !== epoch) {
        const free = current?.data ?? new Uint8Array(length);
        current = await made(epoch);
        coming = epoch + 1 < job.options.epochs ? ask(epoch + 1, free) : undefined;
      }
      return { ...job.x, data: current.data };
    },
    async close() {
      worker.removeAllListeners('exit');
      await worker.terminate();
    },
  };
}

const failed = (message: string): HillockError =>
  new HillockError('unexpected', `the thread that varies the training images failed: ${message}`);

/** With its inputs where several threads read them, where they are varied; ONNX Runtime itself takes no shared memory. */
export function sharedInputs(job: TrainingJob): TrainingJob {
  const source = job.x.data;
  if (!augmentTask(job) || !(source instanceof Uint8Array) || source.buffer instanceof SharedArrayBuffer) return job;
  const data = new Uint8Array(new SharedArrayBuffer(source.length));
  data.set(source);
  return { ...job, x: { ...job.x, data } };
}
