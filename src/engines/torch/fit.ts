/** A training job on PyTorch distributed: the same events, result and errors as `fit`. Node only. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { HillockError } from '../../errors.ts';
import { decodeSafetensors } from '../../model/index.ts';
import { type PlacedLayer, parameterCount, parametersOf, place } from '../../nn/index.ts';
import type { Runtime } from '../../runtime/index.ts';
import {
  carriedArrays,
  checkMonitor,
  checkState,
  concluded,
  diverged,
  type Evaluator,
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
import { checkMade, writeJob } from './folder.ts';
import { type Launched, launch } from './launch.ts';
import type { TorchOptions } from './options.ts';
import { checkTorch, findTorch } from './python.ts';
import { strategyOf } from './strategies.ts';

export interface TorchControl extends FitControl {
  readonly options: TorchOptions;
  /** Where the job's folder is made; it is removed at the end. */
  readonly folder: string;
  /** The folder was written for other machines, which have made the job: it is read alone. */
  readonly made?: boolean | undefined;
  /** Threads of each rank; absent = the processors divided among the ranks. */
  readonly threads?: number | undefined;
}

/** Trains a job with torchrun; predictions and scores are made by `runtime`. Throws as `fit` does, and kind `device` where PyTorch is missing or fails. */
export async function* fitOnTorch(
  job: TrainingJob,
  runtime: Runtime,
  control: TorchControl,
): AsyncGenerator<FitEvent, FitResult> {
  const layers = place(job.network, job.inputShape);
  checkMonitor(job);
  if (control.keepEvery !== undefined)
    throw new HillockError(
      'usage',
      'training on PyTorch does not keep the states of epochs',
      'leave --keep-epochs or --engine torch out',
    );
  if (control.resume) checkState(control.resume, carriedArrays(job, layers), parametersOf(layers));
  const state = control.made ? freshState(job, layers) : (control.resume ?? freshState(job, layers));
  const evaluate = await evaluator(job, layers, runtime);
  const given = { job, layers, state, evaluate, control };
  try {
    return yield* control.made ? collected(given) : launched(given);
  } finally {
    await evaluate.close();
  }
}

/** Reads what other machines have made of a job. */
async function* collected(given: Given): AsyncGenerator<FitEvent, FitResult> {
  const { job, layers, state, control } = given;
  await checkMade(control.folder, { job, layers, state, options: control.options, checkpointEvery: 0 });
  return yield* followed({ ...given, ranks: 1, ended: () => 'its events end' });
}

async function* launched(given: Given): AsyncGenerator<FitEvent, FitResult> {
  const { job, layers, state, control } = given;
  const { options, folder } = control;
  const found = await findTorch();
  checkTorch(found, options);
  const nproc = options.nproc ?? Math.max(1, options.device === 'cpu' ? 0 : found.gpus);
  const ranks = nproc * options.nodes;
  await rm(folder, { recursive: true, force: true });
  let running: Launched | undefined;
  try {
    await writeJob(folder, { job, layers, state, options, checkpointEvery: control.checkpointEvery ?? 2 }, ranks);
    await mkdir(join(folder, 'out'));
    await writeFile(join(folder, 'out', 'judged'), String(state.history.length));
    const threads = control.threads ?? Math.max(1, Math.floor(availableParallelism() / nproc));
    running = await launch(folder, found, options, nproc, threads);
    return yield* followed({ ...given, ranks, ended: running.ended });
  } finally {
    await running?.end();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Given {
  readonly job: TrainingJob;
  readonly layers: readonly PlacedLayer[];
  readonly evaluate: Evaluator;
  readonly control: TorchControl;
  readonly state: FitState;
}

interface Followed extends Given {
  readonly ranks: number;
  /** How the job ended; undefined as long as it runs. */
  ended(): string | undefined;
}

async function* followed(on: Followed): AsyncGenerator<FitEvent, FitResult> {
  const { job, layers, evaluate, control, ranks } = on;
  const { options, folder, signal, made } = control;
  const out = join(folder, 'out');
  const began = performance.now();
  const stepsPerEpoch = stepsInEpoch(job);
  const steps = stepsPerEpoch * job.options.epochs;
  const seconds = (): number => (performance.now() - began) / 1000;
  let state = on.state;
  /** The last state that training could go on from. */
  let whole = state;
  let device = 'torch';
  /** When the ranks began to make steps; undefined = they have not yet. */
  let stepsBegan: number | undefined;
  let trainingSeconds = 0;
  let rowsSeen = 0;
  const finish = (stopped: FitResult['stopped']): Promise<FitResult> => {
    const samplesPerSecond = trainingSeconds > 0 ? rowsSeen / trainingSeconds : 0;
    return concluded(job, layers, evaluate, state, stopped, { seconds: seconds(), samplesPerSecond, device });
  };
  const stop = (): void => {
    if (!made) void writeFile(join(out, 'stop'), '').catch(() => undefined);
  };
  const arraysOf = async (file: string): Promise<FitState['arrays']> => {
    const path = join(out, file);
    const { tensors } = decodeSafetensors(await readFile(path), path);
    if (!made) await rm(path);
    return fromTorchArrays(job, layers, tensors);
  };
  const ended = stopReason(job, state, stepsPerEpoch);
  if (ended) return await finish(ended);
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop);
  try {
    /** Ranks that have not begun have nothing to keep. */
    const leftEarly = (): boolean => signal?.aborted === true && stepsBegan === undefined;
    for await (const event of jobEvents(join(out, 'events.jsonl'), () => on.ended() !== undefined || leftEarly())) {
      if (made && signal?.aborted) {
        yield { event: 'checkpoint', state: whole, why: 'interrupted' };
        return await finish('interrupted');
      }
      if (event.event === 'start') {
        device = deviceText(event, on);
        stepsBegan = seconds();
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
          eta: ((seconds() - (stepsBegan ?? 0)) / (event.step - on.state.step)) * (steps - event.step),
        };
      } else if (event.event === 'epoch') {
        const arrays = await arraysOf(event.file);
        state = { ...state, step: event.step, arrays };
        const record = await epochRecord(job, state, layers, evaluate, stepsPerEpoch, steps, seconds());
        const before = state.best;
        state = withEpoch(job, layers, state, record);
        if (!made) await writeFile(join(out, 'judged'), String(record.epoch));
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
    if (made) throw unfinished(folder, state.step, steps);
    if (leftEarly() || (signal?.aborted && on.ended() === undefined)) {
      yield { event: 'checkpoint', state: whole, why: 'interrupted' };
      return await finish('interrupted');
    }
    throw await jobFailure(out, on.ended()!, { ranks, options, begun: stepsBegan !== undefined });
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

const unfinished = (folder: string, step: number, steps: number): HillockError =>
  new HillockError(
    'data',
    `the job in ${folder} has not finished: its last state is of step ${step} of ${steps}`,
    'start it again there, it goes on by itself; then collect it',
  );

/** What trains, in a few words. */
function deviceText(
  { world, device, backend, torch }: JobEvent & { event: 'start' },
  { job, layers, control: { options } }: Given,
): string {
  const says = strategyOf(options).says?.({ job, layers, options, ranks: world }) ?? '';
  const processes = world === 1 ? 'one process' : `${world} processes`;
  return `PyTorch ${torch}, ${device}: ${processes} (${options.strategy}, ${backend}${says})`;
}
