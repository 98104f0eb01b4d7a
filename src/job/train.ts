/** A run in Node: on a thread of its own, with its files in a folder. Node only. */
import { createHash, randomUUID } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ImagesSplit, Table } from '../data/index.ts';
import type { TorchOptions } from '../engines/torch/index.ts';
import { didYouMean, HillockError } from '../errors.ts';
import { shellWord } from '../format.ts';
import { runFiles, writeWhole } from '../model/index.ts';
import type { NetworkSpec } from '../nn/index.ts';
import { rowsOnDisk } from './blocks.ts';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
import { type Device, runtimeFor } from './device.ts';
import { keepEpoch } from './kept-epochs.ts';
import { wholeOptions } from './learned.ts';
import { lockRun } from './lock.ts';
import type { ModelName } from './model-name.ts';
import { historyLines } from './report.ts';
import { type RunOf, running } from './run.ts';
import { type Checkpoints, type Host, type StepOptions, type TrainEvent, trainSteps } from './steps.ts';
import { type FitThread, fitOnThread, fitThread } from './thread.ts';
import { type FreshModel, trainedModel } from './trained.ts';

export interface TrainOptions extends Omit<StepOptions, 'model'> {
  readonly device?: Device | undefined;
  readonly threads?: number | undefined;
  /** Folder of the run: checkpoints while it trains, the model and its report at the end. Absent = nothing is written. */
  readonly out?: string | undefined;
  /** Go on from the checkpoint in `out`, if there is one. */
  readonly resume?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Train on PyTorch distributed; absent = here. */
  readonly engine?: TorchOptions | undefined;
  /** The folder of a job that other machines have made for this training. */
  readonly collect?: string | undefined;
}

export type { TrainEvent };

/** A run under way: iterate over it to follow it; `result` settles when it ends. */
export type Run = RunOf<TrainEvent, FreshModel>;

/**
 * Trains a network on data, on a thread of its own; `mlp` and `cnn` are the recipe's own networks, `auto` takes the
 * one for the data. A network lists hidden layers:
 * the last layer follows from the target. Training goes on whether or not the events are read.
 * `result` rejects with a `HillockError`: `data`, `usage` (also where another training has the folder `out`), `diverged`,
 * `interrupted`.
 */
export function train(
  network: NetworkSpec | ModelName | 'auto',
  data: Table | ImagesSplit,
  options: TrainOptions = {},
): Run {
  if ('model' in options && options.model !== undefined) {
    throw new HillockError(
      'usage',
      'the model is what comes first, not an option',
      `write train(${JSON.stringify(options.model)}, data, { … })`,
    );
  }
  checkNames(options);
  const { out } = options;
  return begin(network, data, options, async () => (out === undefined ? nothing : lockRun(out)));
}

/** `train` for who holds the lock of the run folder. */
export function trainHeld(
  network: NetworkSpec | ModelName | 'auto',
  data: Table | ImagesSplit,
  options: TrainOptions,
): Run {
  return begin(network, data, options, async () => nothing);
}

/** Every option: what is not among them would do nothing, and nobody would hear of it. */
const optionNames = {
  ...{ hidden: true, activation: true, dropout: true, members: true, smoothing: true, augment: true },
  ...{ optimizer: true, learningRate: true, weightDecay: true, batch: true, epochs: true, schedule: true, clip: true },
  ...{ patience: true, monitor: true, until: true, seed: true, target: true, task: true, ignore: true, roles: true },
  ...{ encoding: true, validation: true, test: true, time: true, horizon: true, window: true },
  ...{
    group: true,
    features: true,
    known: true,
    step: true,
    duplicates: true,
    interval: true,
    from: true,
    freeze: true,
  },
  ...{ excludeRows: true, relabel: true, baseline: true, checkpointEvery: true, keepEpochs: true, device: true },
  ...{ threads: true, out: true, resume: true, signal: true, engine: true, collect: true },
} as const satisfies Readonly<Record<keyof TrainOptions, true>>;

/** Throws `HillockError` kind `usage` where there is no such option. */
function checkNames(options: TrainOptions): void {
  const names = Object.keys(optionNames);
  const unknown = Object.keys(options).find(name => !names.includes(name));
  if (unknown === undefined) return;
  const near = didYouMean(unknown, names);
  throw new HillockError(
    'usage',
    `training has no option '${unknown}'`,
    near ? `did you mean '${near}'?` : `there are ${names.sort().join(', ')}`,
  );
}

const nothing = async (): Promise<void> => undefined;

function begin(
  network: NetworkSpec | ModelName | 'auto',
  data: Table | ImagesSplit,
  options: TrainOptions,
  lock: () => Promise<() => Promise<void>>,
): Run {
  const model = network === 'auto' ? undefined : network;
  return running(async function* (signal) {
    const release = await lock();
    const whole = data.kind === 'table' ? data.whole : undefined;
    const rows = whole && rowsOnDisk(whole);
    const thread = fitThread(options.device, options.threads, !whole);
    try {
      const given = whole ? wholeOptions(options) : options;
      const outcome = yield* trainSteps(data, { ...given, model }, { ...nodeHost(options, thread, signal), ...rows });
      const { spec, parameters, report, history } = outcome;
      const trained = trainedModel(spec, parameters, report, history);
      if (options.out) await trained.save(options.out);
      yield { event: 'result', report, run: options.out ?? null };
      return trained;
    } finally {
      await thread.close();
      await rows?.remove();
      await release();
    }
  }, options.signal);
}

function nodeHost(
  { device = 'cpu', threads, out, resume = false, engine, collect }: TrainOptions,
  thread: FitThread,
  signal: AbortSignal,
): Host {
  const torch = engine && { options: engine, folder: collect ?? torchFolder(out), made: collect !== undefined };
  return {
    runtime: notice => runtimeFor(device, { threads, notice }),
    fit: (job, control) => fitOnThread(job, { ...control, thread, torch }),
    beside: (job, control) => fitOnThread(job, { ...control, thread }),
    // PyTorch is given encoded rows.
    encodesInSteps: engine === undefined,
    checkpoints: out ? checkpointsIn(out, resume) : undefined,
    environment: {
      node: process.version,
      platform: `${process.platform}-${process.arch}`,
      processor: cpus()[0]?.model.trim() ?? 'unknown',
      cores: availableParallelism(),
    },
    goOn: out ? `go on with: hillock train --resume ${shellWord(out)}` : 'nothing was saved: no folder was given',
    signal,
  };
}

/** Where the job of a run is made for PyTorch, as long as it trains. */
const torchFolder = (out: string | undefined): string =>
  resolve(out ?? tmpdir(), out ? 'torch' : `hillock-torch-${process.pid}-${randomUUID()}`);

/** Checkpoints and history in a run folder. */
function checkpointsIn(out: string, resume: boolean): Checkpoints {
  const path = join(out, runFiles.state);
  const digest = (marks: string): string => createHash('sha256').update(marks).digest('hex');
  return {
    async read(marks) {
      const there =
        resume &&
        (await access(path).then(
          () => true,
          () => false,
        ));
      return there ? decodeCheckpoint(await readFile(path), path, digest(marks)) : undefined;
    },
    async write(state, marks) {
      await writeWhole(path, encodeCheckpoint(state, digest(marks)));
      await writeWhole(join(out, runFiles.history), historyLines(state.history));
      return path;
    },
    keep: (state, marks) => keepEpoch(out, state, encodeCheckpoint(state, digest(marks))),
  };
}
