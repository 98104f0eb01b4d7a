/** A program on a thread of its own, so that the caller's thread stays free while it runs. Node only. */
import { Worker } from 'node:worker_threads';
import { HillockError } from '../errors.ts';
import type { Session, Tensors } from '../runtime/index.ts';
import type { Device } from './device.ts';

/** What the worker is told when it starts. */
export interface SessionTask {
  readonly model: Uint8Array;
  readonly device: Device;
}

export type SessionRequest = { readonly id: number; readonly feeds: Tensors } | 'close';

export type SessionAnswer =
  | { readonly id: number; readonly results: Tensors }
  | { readonly id: number; readonly error: string }
  | { readonly inputNames: readonly string[]; readonly outputNames: readonly string[] };

/** The memory of tensors of numbers, which goes over to the other thread with them. */
export const moved = (tensors: Tensors): ArrayBuffer[] =>
  Object.values(tensors).flatMap(({ data }) =>
    ArrayBuffer.isView(data) && data.buffer instanceof ArrayBuffer && data.byteLength === data.buffer.byteLength
      ? [data.buffer]
      : [],
  );

interface Waiting {
  readonly resolve: (results: Tensors) => void;
  readonly reject: (error: Error) => void;
}

/** Opens a program on a thread; what is fed to it is gone from here. Throws `HillockError` kind `model-file`. */
export async function sessionOnThread(model: Uint8Array, device: Device): Promise<Session> {
  const worker = new Worker(new URL('./session-worker.js', import.meta.url), {
    workerData: { model, device } satisfies SessionTask,
    // A script given to node itself has a type of its own; a file has not.
    execArgv: process.execArgv.filter(flag => !flag.startsWith('--input-type')),
  });
  const waiting = new Map<number, Waiting>();
  let next = 0;
  let ended: Error | undefined;
  const fail = (error: Error): void => {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  worker.once('exit', code => fail(new Error(`the thread of the model ended (code ${code})`)));
  const names = await new Promise<Extract<SessionAnswer, { inputNames: unknown }>>((resolve, reject) => {
    worker.once('error', error => {
      const known = error instanceof Error ? error : new Error(String(error));
      fail(known);
      reject(new HillockError('model-file', known.message));
    });
    worker.on('message', (answer: SessionAnswer) => {
      if ('inputNames' in answer) {
        resolve(answer);
        return;
      }
      const { resolve: settle, reject: refuse } = waiting.get(answer.id)!;
      waiting.delete(answer.id);
      if (waiting.size === 0) worker.unref();
      if ('results' in answer) settle(answer.results);
      else refuse(new Error(answer.error));
    });
  });
  // A thread that nobody waits for keeps no process from ending.
  worker.unref();
  return {
    inputNames: names.inputNames,
    outputNames: names.outputNames,
    run(feeds) {
      if (ended) return Promise.reject(ended);
      return new Promise<Tensors>((resolve, reject) => {
        const id = next++;
        waiting.set(id, { resolve, reject });
        worker.ref();
        worker.postMessage({ id, feeds } satisfies SessionRequest, moved(feeds));
      });
    },
    async close() {
      if (ended) return;
      const exit = new Promise<void>(resolve => worker.once('exit', () => resolve()));
      worker.ref();
      worker.postMessage('close' satisfies SessionRequest);
      await exit;
    },
  };
}
