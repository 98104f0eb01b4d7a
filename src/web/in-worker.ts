/** A run in a worker, which stays for the next one: it has loaded what a run needs, and may be offline by then. */
import { HillockError } from '../errors.ts';
import type { Outcome, StepEvent } from '../job/steps.ts';
import { errorOf, type FromWorker, type ToWorker, type WebTask } from './messages.ts';

/** A worker that has nothing to do; its runtime keeps the threads it was started with. */
let idle: { readonly kind: string; readonly worker: Worker } | undefined;

const kindOf = ({ device, ort, threads }: WebTask): string => `${device} ${threads} ${ort}`;

export async function* inWorker(task: WebTask, signal: AbortSignal): AsyncGenerator<StepEvent, Outcome> {
  const worker = takeWorker(kindOf(task));
  const tell = (message: ToWorker): void => worker.postMessage(message);
  const queue: FromWorker[] = [];
  let wake: () => void = () => undefined;
  let healthy = false;
  const push = (message: FromWorker): void => {
    queue.push(message);
    wake();
  };
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => push(data);
  worker.onerror = event => {
    event.preventDefault();
    push({ kind: 'failed', reason: event.message || 'its file does not load' });
  };
  const stop = (): void => tell({ kind: 'stop' });
  try {
    tell({ kind: 'task', task });
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop);
    for (;;) {
      while (queue.length === 0) {
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      }
      const message = queue.shift()!;
      if (message.kind === 'failed') throw failed(message.reason);
      healthy = message.kind !== 'event';
      if (message.kind === 'outcome') return message.outcome;
      if (message.kind === 'error') throw errorOf(message.error);
      yield message.event;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    if (healthy && !idle) idle = { kind: kindOf(task), worker };
    else worker.terminate();
  }
}

function takeWorker(kind: string): Worker {
  const found = idle;
  idle = undefined;
  if (found?.kind === kind) return found.worker;
  found?.worker.terminate();
  try {
    return new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: 'hillock' });
  } catch (cause) {
    throw failed(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

const failed = (reason: string, cause?: unknown): HillockError =>
  new HillockError(
    'device',
    `the training worker does not start: ${reason}`,
    "serve Hillock's files from the page's own origin, over http",
    { cause },
  );
