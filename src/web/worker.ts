/** The worker of a page: makes one run after the other and posts what happens. */
import { type Host, trainSteps } from '../job/steps.ts';
import { pageRuntime } from '../runtime/wasm-page.ts';
import { fit } from '../train/index.ts';
import { type FromWorker, plainError, type ToWorker, type WebTask } from './messages.ts';
import { lacksWebgpu, placeFor } from './place.ts';

/** What a worker has, of what its global scope holds. */
interface WorkerScope {
  readonly crossOriginIsolated: boolean;
  postMessage(message: FromWorker): void;
  onmessage: ((message: MessageEvent<ToWorker>) => void) | null;
}

const scope = globalThis as unknown as WorkerScope;
let abort = new AbortController();

scope.onmessage = ({ data }) => {
  if (data.kind === 'stop') return abort.abort();
  abort = new AbortController();
  work(data.task, abort.signal).catch(error => scope.postMessage({ kind: 'error', error: plainError(error) }));
};

async function work({ data, options, device, threads, ort }: WebTask, signal: AbortSignal): Promise<void> {
  const place = placeFor(
    { device, threads },
    {
      crossOriginIsolated: scope.crossOriginIsolated,
      cores: navigator.hardwareConcurrency,
      lacks: device === 'webgpu' ? await lacksWebgpu(ort) : undefined,
    },
  );
  const runtime = await pageRuntime({
    device: place.device,
    threads: place.threads,
    ort,
    fused: place.device === 'wasm',
  });
  const host: Host = {
    async runtime(notice) {
      for (const message of place.notices) notice(message);
      return runtime;
    },
    fit: (job, control) => fit(job, runtime, control),
    environment: {
      node: 'none',
      platform: navigator.userAgent,
      processor: 'unknown',
      cores: navigator.hardwareConcurrency,
    },
    goOn: 'start it again',
    signal,
  };
  const steps = trainSteps(data, options, host);
  for (;;) {
    const next = await steps.next();
    if (next.done) return scope.postMessage({ kind: 'outcome', outcome: next.value });
    scope.postMessage({ kind: 'event', event: next.value });
    await turn();
  }
}

const channel = new MessageChannel();
let go: () => void = () => undefined;
channel.port1.onmessage = () => go();

/** Lets messages of the page come in; a timer would make short steps wait. */
function turn(): Promise<void> {
  return new Promise(resolve => {
    go = resolve;
    channel.port2.postMessage(null);
  });
}
