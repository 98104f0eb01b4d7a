/** Training in a page, in a worker of its own. */
import type { ImagesSplit, Table } from '../data/index.ts';
import { modelInUse } from '../job/model-in-use.ts';
import type { ModelName } from '../job/model-name.ts';
import type { Report } from '../job/report.ts';
import { type RunOf, running } from '../job/run.ts';
import type { StepOptions, TrainEvent } from '../job/steps.ts';
import type { NetworkSpec } from '../nn/index.ts';
import { pageRuntime } from '../runtime/wasm-page.ts';
import { inWorker } from './in-worker.ts';
import type { WebModel } from './load.ts';
import type { PageDevice, WebTask } from './messages.ts';
import { ortAddress, type PageOptions } from './options.ts';

export interface WebTrainOptions extends Omit<StepOptions, 'model' | 'checkpointEvery' | 'keepEpochs'>, PageOptions {
  /** Where it is asked to run; a `notice` tells where it does not, and why. */
  readonly device?: PageDevice | undefined;
  /** Threads of WebAssembly, more than one in a cross-origin isolated page only; absent = one a core, at most 4. */
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A model as training hands it over, with its report. */
export interface FreshWebModel extends WebModel {
  readonly report: Report;
  readonly metrics: Report['metrics'];
}

/** A run under way: iterate over it to follow it; `result` settles when it ends. */
export type WebRun = RunOf<TrainEvent, FreshWebModel>;

/**
 * Trains a network on data in a worker: the same program, events and result as in Node. `auto` lets the recipe choose the
 * network. `result` rejects with a `HillockError`: `data`, `usage`, `device`, `diverged`, `interrupted`.
 */
export function train(
  network: NetworkSpec | ModelName | 'auto',
  data: Table | ImagesSplit,
  options: WebTrainOptions = {},
): WebRun {
  const { device = 'wasm', threads, signal, ort: _, ...rest } = options;
  const ort = ortAddress(options);
  const model = network === 'auto' ? undefined : network;
  return running(async function* (stopped) {
    const from = rest.from && { spec: rest.from.spec, parameters: rest.from.parameters };
    const task: WebTask = { data, options: { ...rest, model, from }, device, threads, ort };
    const { spec, parameters, report, history } = yield* inWorker(task, stopped);
    yield { event: 'result', report, run: null };
    const made = modelInUse(spec, parameters, report, history, () => pageRuntime({ threads: 1, ort }));
    return { ...made, report, metrics: report.metrics };
  }, signal);
}
