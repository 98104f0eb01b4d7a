/** A program on a thread of its own, so that the caller's thread stays free while it runs. Node only. */
import { Worker } from 'node:worker_threads';
import { workerFlags } from '../data/worker-flags.ts';
import { type ErrorKind, HillockError } from '../errors.ts';
import type { Session, Tensors } from '../runtime/index.ts';
import type { Device } from './device.ts';

/** What the worker is told when it starts. */
export interface SessionTask {
  readonly model: Uint8Array;
  readonly device: Device;
}

export type SessionRequest = { readonly id: number; readonly feeds: Tensors } | 'close';

export interface Opened {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** What the runtime had to say. */
  readonly notices: readonly string[];
}

export type SessionAnswer =
  | { readonly opened: Opened }
  | { readonly refused: { kind: ErrorKind; message: string; hint: string | undefined } }
  | { readonly id: number; readonly results: Tensors }
  | { readonly id: number; readonly error: string };

/** A session whose thread may end before it is closed. */
export interface ThreadSession extends Session {
  readonly notices: readonly string[];
  /** Whether it still answers. */
  alive(): boolean;
}

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

/** Opens a program on a thread; what is fed to it is gone from here. Throws `HillockError` kind `device` or `model-file`. */
export async function sessionOnThread(model: Uint8Array, device: Device): Promise<ThreadSession> {
  const worker = new Worker(new URL('./session-worker.js', import.meta.url), {
    workerData: { model, device } satisfies SessionTask,
    ...workerFlags(),
  });
  const waiting = new Map<number, Waiting>();
  let next = 0;
  let closing: Promise<void> | undefined;
  let ended: Error | undefined;
  // A thread that nobody waits for keeps no process from ending.
  const rest = (): void => {
    if (waiting.size === 0 && !closing) worker.unref();
  };
  const { inputNames, outputNames, notices } = await new Promise<Opened>((resolve, reject) => {
    const end = (error: Error): void => {
      ended ??= error;
      for (const one of waiting.values()) one.reject(ended);
      waiting.clear();
      reject(ended);
    };
    worker.once('error', error => end(error instanceof Error ? error : new Error(String(error))));
    worker.once('exit', code => end(new Error(`the thread of the model ended (code ${code})`)));
    worker.on('message', (answer: SessionAnswer) => {
      if ('opened' in answer) return resolve(answer.opened);
      if ('refused' in answer) {
        const { kind, message, hint } = answer.refused;
        return end(new HillockError(kind, message, hint));
      }
      const one = waiting.get(answer.id)!;
      waiting.delete(answer.id);
      rest();
      if ('results' in answer) one.resolve(answer.results);
      else one.reject(new Error(answer.error));
    });
  });
  rest();
  return {
    inputNames,
    outputNames,
    notices,
    alive: () => ended === undefined,
    run(feeds) {
      if (ended) return Promise.reject(ended);
      return new Promise<Tensors>((resolve, reject) => {
        const id = next++;
        worker.postMessage({ id, feeds } satisfies SessionRequest, moved(feeds));
        waiting.set(id, { resolve, reject });
        worker.ref();
      });
    },
    close() {
      if (ended) return Promise.resolve();
      closing ??= new Promise<void>(resolve => {
        worker.once('exit', () => resolve());
        worker.ref();
        worker.postMessage('close' satisfies SessionRequest);
      });
      return closing;
    },
  };
}
