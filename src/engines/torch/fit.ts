/** A training job on PyTorch distributed: the same events, result and errors as `fit`. Node only. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { decodeSafetensors, writeWhole } from '../../model/index.ts';
import { parameterCount, parametersOf, place } from '../../nn/index.ts';
import type { Runtime } from '../../runtime/index.ts';
import {
  carriedArrays,
  checkState,
  concluded,
  diverged,
  epochRecord,
  evaluator,
  type FitControl,
  type FitEvent,
  type FitResult,
  type FitState,
  freshState,
  stepsInEpoch,
  stopReason,
  type TrainingJob,
  withEpoch,
} from '../../train/index.ts';
import { fromTorchArrays } from './arrays.ts';
import { type JobEvent, jobEvents } from './events.ts';
import { jobFailure } from './failure.ts';
import { writeJob } from './folder.ts';
import { type Launched, launch } from './launch.ts';
import type { TorchOptions } from './options.ts';
import { checkTorch, findTorch } from './python.ts';

export interface TorchControl extends FitControl {
  readonly options: TorchOptions;
  /** Where the job's folder is made; it is removed at the end. */
  readonly folder: string;
  /** Threads of each rank; absent = the processors divided among the ranks. */
  readonly threads?: number | undefined;
}

/** Trains a job with torchrun; predictions and scores are made by `runtime`. Throws as `fit` does, and kind `device` where PyTorch is missing or fails. */
export async function* fitOnTorch(
  job: TrainingJob,
  runtime: Runtime,
  control: TorchControl,
): AsyncGenerator<FitEvent, FitResult> {
  const { options, folder } = control;
  const found = await findTorch();
  checkTorch(found, options);
  const gpus = options.device === 'cpu' ? 0 : found.gpus;
  const nproc = options.nproc ?? Math.max(1, gpus);
  const ranks = nproc * options.nodes;
  const layers = place(job.network, job.inputShape);
  if (control.resume) checkState(control.resume, carriedArrays(job, layers), parametersOf(layers));
  const state = control.resume ?? freshState(job, layers);
  await rm(folder, { recursive: true, force: true });
  let running: Launched | undefined;
  try {
    await writeJob(folder, { job, layers, state, options, checkpointEvery: control.checkpointEvery ?? 2 }, ranks);
    await mkdir(join(folder, 'out'));
    await writeFile(join(folder, 'out', 'judged'), String(state.history.length));
    const evaluate = await evaluator(job, layers, runtime);
    try {
      const threads = control.threads ?? Math.max(1, Math.floor(availableParallelism() / nproc));
      const launched = await launch(folder, found, options, nproc, threads);
      running = launched;
      return yield* followed({ job, layers, evaluate, control, state, launched, ranks });
    } finally {
      await evaluate.close();
    }
  } finally {
    await running?.end();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Followed {
  readonly job: TrainingJob;
  readonly layers: ReturnType<typeof place>;
  readonly evaluate: Awaited<ReturnType<typeof evaluator>>;
  readonly control: TorchControl;
  readonly state: FitState;
  readonly launched: Launched;
  readonly ranks: number;
}

async function* followed(on: Followed): AsyncGenerator<FitEvent, FitResult> {
  const { job, layers, evaluate, control, launched, ranks } = on;
  const { options, folder, signal } = control;
  const out = join(folder, 'out');
  const began = performance.now();
  const stepsPerEpoch = stepsInEpoch(job);
  const steps = stepsPerEpoch * job.options.epochs;
  const seconds = (): number => (performance.now() - began) / 1000;
  let state = on.state;
  /** The last state that training could go on from. */
  let whole = state;
  let device = 'torch';
  let trainingSeconds = 0;
  let rowsSeen = 0;
  const finish = (stopped: FitResult['stopped']): Promise<FitResult> => {
    const samplesPerSecond = trainingSeconds > 0 ? rowsSeen / trainingSeconds : 0;
    return concluded(job, layers, evaluate, state, stopped, { seconds: seconds(), samplesPerSecond, device });
  };
  const stop = (): void => void writeFile(join(out, 'stop'), '').catch(() => undefined);
  const arraysOf = async (file: string): Promise<FitState['arrays']> => {
    const path = join(out, file);
    const { tensors } = decodeSafetensors(await readFile(path), path);
    await rm(path);
    return fromTorchArrays(job, layers, tensors);
  };
  const ended = stopReason(job, state, stepsPerEpoch);
  if (ended) return await finish(ended);
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop);
  try {
    for await (const event of jobEvents(join(out, 'events.jsonl'), () => launched.ended() !== undefined)) {
      if (event.event === 'start') {
        device = deviceText(event, options);
        yield {
          event: 'start',
          parameters: parameterCount(layers),
          stepsPerEpoch,
          epochs: job.options.epochs,
          batch: job.options.batch,
          rows: { train: job.trainRows.length, validation: job.validationRows.length },
          device,
          threads: event.threads,
          seed: job.options.seed,
          step: state.step,
        };
      } else if (event.event === 'step') {
        trainingSeconds += event.seconds;
        rowsSeen += event.losses.length * job.options.batch;
        state = { ...state, lossSum: event.losses.reduce((sum, loss) => sum + loss, state.lossSum) };
        yield {
          event: 'step',
          step: event.step,
          steps,
          epoch: Math.ceil(event.step / stepsPerEpoch),
          loss: event.losses.at(-1)!,
          samplesPerSecond: rowsSeen / trainingSeconds,
          eta: (seconds() / (event.step - on.state.step)) * (steps - event.step),
        };
      } else if (event.event === 'epoch') {
        const arrays = await arraysOf(event.file);
        state = { ...state, step: event.step, arrays };
        const record = await epochRecord(job, state, layers, evaluate, stepsPerEpoch, steps, seconds());
        const before = state.best;
        state = withEpoch(job, layers, state, record);
        await writeWhole(join(out, 'judged'), String(record.epoch));
        yield { event: 'epoch', epochs: job.options.epochs, best: state.best !== before, ...record };
        if (event.whole) {
          whole = state;
          yield { event: 'checkpoint', state, why: 'epoch' };
        }
        const reason = stopReason(job, state, stepsPerEpoch);
        if (!reason) continue;
        stop();
        return await finish(reason);
      } else if (event.event === 'state') {
        state = { ...state, step: event.step, arrays: await arraysOf(event.file) };
      } else if (event.event === 'diverged') {
        yield { event: 'checkpoint', state: whole, why: 'diverged' };
        throw diverged(job, event.what, event.step, stepsPerEpoch);
      } else if (event.event === 'stopped') {
        yield { event: 'checkpoint', state, why: 'interrupted' };
        return await finish('interrupted');
      }
    }
    throw await jobFailure(out, launched.ended()!, ranks, options.timeout);
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** What trains, in a few words. */
function deviceText(
  { world, device, backend, torch }: JobEvent & { event: 'start' },
  { strategy }: TorchOptions,
): string {
  const processes = world === 1 ? 'one process' : `${world} processes`;
  return `PyTorch ${torch}, ${device}: ${processes} (${strategy}, ${backend})`;
}
