import { HillockError } from '../../errors.ts';
import type { PlannedOptions } from '../../job/index.ts';
import { activationNames } from '../../neuron/activations.ts';
import type { OptimizerName, ScheduleName } from '../../optim/index.ts';
import type { Values } from '../parameters.ts';
import { choice, flag, integer, integers, list, number, repeated, text } from '../parameters.ts';
import { deviceOption } from './device-option.ts';
import { goalsOf } from './goals.ts';

/** Names spelled out, so that help does not load what they name; the types know when one is left out. */
const namesOf = <Name extends string>(names: Readonly<Record<Name, true>>) => Object.keys(names) as Name[];

const optimizerNames = namesOf<OptimizerName>({ sgd: true, momentum: true, rmsprop: true, adam: true, adamw: true });
const scheduleNames = namesOf<ScheduleName>({
  constant: true,
  linear: true,
  cosine: true,
  warmup: true,
  'one-cycle': true,
  coslog4: true,
  'flat-cos': true,
});

/** What a person may say about the data, the network and its training. */
export const modelParameters = {
  target: text('COL', 'the column to predict; of CIFAR-100: fine or coarse'),
  imageSize: integer('N', 'height and width that images get (default: as they are, or by their median)', {
    min: 1,
    max: 4096,
  }),
  task: choice(
    'TASK',
    ['regression', 'binary', 'multiclass', 'forecast'],
    'what to predict (default: told by the target, never a forecast)',
  ),
  model: text(
    'MODEL',
    'mlp, cnn, linear, of a forecast also rnn, gru, lstm, or a JSON file with layers of any kind, see docs/layers.md (default: cnn for images of 16×16 and more, else mlp)',
  ),
  hidden: integers('LIST', 'neurons of each hidden layer, such as 64,32', { min: 1, max: 65536 }),
  activation: choice('NAME', activationNames, 'activation of the hidden layers'),
  dropout: number('SHARE', 'share of hidden outputs dropped while training', { min: 0, max: 0.95 }),
  members: integer('N', 'networks trained side by side and averaged', { min: 1, max: 256 }),
  optimizer: choice('NAME', optimizerNames, 'how the weights are moved (default: adamw)'),
  lr: number('RATE', 'learning rate', { min: 1e-12 }),
  weightDecay: number('RATE', 'pull of the weights towards 0', { min: 0 }),
  schedule: choice('NAME', scheduleNames, 'course of the learning rate (default: warmup)'),
  clip: number('NORM', 'limit on the norm of the gradients', { min: 0 }),
  augment: text(
    'LIST',
    'how training images are varied, such as shift=2,flip,rotate=10,cutout=8, or none (default: by the recipe)',
  ),
  batch: integer('N', 'rows in a step', { min: 1, max: 1 << 20 }),
  epochs: integer('N', 'passes over the training rows', { min: 1, max: 1_000_000 }),
  validation: number('SHARE', 'share of the rows outside the test part that chooses the best epoch', {
    min: 0,
    max: 0.9,
  }),
  test: text(
    'FILE|SHARE|N',
    'a file to test on, or the share of rows held out for the test (default: 0.2); of a forecast the last N steps',
  ),
  until: repeated(text('GOAL', "stop as soon as validation reaches it, such as 'accuracy>=0.97'")),
  patience: integer('N', 'epochs without a better validation score before training stops', { min: 0 }),
  seed: integer('N', 'seed of everything random (default: 0)', { min: 0, max: 2 ** 31 - 1 }),
  ignore: list('COLS', 'columns to leave out, separated by commas'),
  excludeRows: integers(
    'ROWS',
    'rows to leave out, as inspect --row counts, such as 12,57; the others stay in their parts',
    {
      min: 1,
    },
  ),
  relabel: repeated(text('ROW=VALUE', 'the true target of a row, in the place of the one in the data')),
  time: list('COLS', 'column of dates or numbers that orders the rows: the latest are the test part'),
  horizon: integer('N', 'of a forecast: steps ahead (default: a season)', { min: 1, max: 100_000 }),
  window: integer('N', 'of a forecast: steps it looks back (default: by season and length)', { min: 1, max: 100_000 }),
  group: list('COLS', 'of a forecast: columns that tell several series of one file apart'),
  features: list('COLS', 'of a forecast: columns to learn from (default: the known ones, of a long series all)'),
  known: list('COLS', 'of a forecast: columns whose values are known in advance, such as holidays'),
  step: text('STEP', 'of a forecast: the distance between two times, such as month (default: as found)'),
  duplicates: choice(
    'RULE',
    ['error', 'mean', 'sum'],
    'of a forecast: what rows of one time in one series become (default: error)',
  ),
  interval: number('SHARE', 'of a forecast: how often the truth should lie between its bounds (default: 0.95)', {
    min: 0.01,
    max: 0.999,
  }),
  device: deviceOption('where the network runs (default: cpu, with --engine torch its GPUs)'),
  threads: integer('N', 'threads of the runtime', { min: 1, max: 1024 }),
  noBaseline: flag('do not train the linear model that stands beside the network'),
};

/** The options that `train` and `compare` share, as they were given. */
export type ModelOptions = Values<typeof modelParameters>;

/** Plain options for `train` out of what a person gave; refuses what this version cannot do. */
export async function plannedOptions(given: ModelOptions, engine = 'local'): Promise<PlannedOptions> {
  refuseUnfit(given, engine);
  const model = await modelOf(given.model);
  for (const name of ['hidden', 'activation', 'dropout'] as const)
    if (given[name] !== undefined) refuseWith(name, model);
  const test = shareOf(given.test, given.task === 'forecast');
  const options: PlannedOptions = {
    target: given.target,
    imageSize: given.imageSize,
    task: given.task,
    ignore: given.ignore,
    validation: given.validation,
    test,
    time: given.time,
    horizon: given.horizon,
    window: given.window,
    group: given.group,
    features: given.features,
    known: given.known,
    step: given.step,
    duplicates: given.duplicates,
    interval: given.interval,
    model,
    hidden: given.hidden,
    activation: given.activation,
    dropout: given.dropout,
    members: given.members,
    optimizer: given.optimizer,
    learningRate: given.lr,
    weightDecay: given.weightDecay,
    schedule: given.schedule,
    clip: given.clip,
    batch: given.batch,
    epochs: given.epochs,
    patience: given.patience,
    seed: given.seed,
    augment:
      given.augment === undefined ? undefined : await (await import('./augment-option.ts')).augmentOf(given.augment),
    excludeRows: given.excludeRows,
    relabel: given.relabel.length > 0 ? given.relabel.map(correctionOf) : undefined,
    until: given.until.length > 0 ? await goalsOf(given.until, '--until') : undefined,
    // Of a training on PyTorch it is what PyTorch trains on; what stays here runs on the processor.
    device: engine === 'torch' ? undefined : given.device,
    threads: given.threads,
    baseline: given.noBaseline ? false : undefined,
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as PlannedOptions;
}

/** `12=yes` as the true target of row 12. */
function correctionOf(given: string): { readonly row: number; readonly value: string } {
  const [, row, value] = /^\s*([1-9]\d{0,9})\s*=(.*)$/s.exec(given) ?? [];
  if (row !== undefined) return { row: Number(row), value: value!.trim() };
  throw new HillockError(
    'usage',
    `--relabel ${JSON.stringify(given)} names no row`,
    "write it like --relabel '12=yes'",
  );
}

/** Refuses an option about layers that the model does not have. */
function refuseWith(name: 'hidden' | 'activation' | 'dropout', model: PlannedOptions['model']): void {
  const why =
    model === 'linear'
      ? 'a linear model has no hidden layers'
      : model === 'cnn' && name === 'hidden'
        ? 'a cnn has layers of convolutions'
        : typeof model === 'object' && name !== 'dropout'
          ? 'the file lists the layers'
          : undefined;
  if (why !== undefined) throw new HillockError('usage', `--${name} goes with --model mlp: ${why}`);
}

/** `--test 0.2` as a share, `--test 24` of a forecast as so many steps; undefined when it names a file or was not given. */
export function shareOf(test: string | undefined, inSteps = false): number | undefined {
  if (test === undefined || !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(test.trim())) return undefined;
  const share = Number(test);
  if (share >= 0 && (share < 1 || (inSteps && Number.isInteger(share)))) return share;
  throw new HillockError(
    'usage',
    inSteps
      ? `--test must be a share below 1 or a whole number of steps, not ${test}`
      : `--test must be a share of the rows, at least 0 and below 1, or a file; not ${test}`,
  );
}

function refuseUnfit(given: ModelOptions, engine: string): void {
  const { task, device } = given;
  const alone = (['horizon', 'window', 'group', 'features', 'known', 'step', 'duplicates', 'interval'] as const).find(
    name => given[name] !== undefined,
  );
  if (task !== 'forecast' && alone !== undefined) {
    throw new HillockError('usage', `--${alone} is of a forecast`, 'add --task forecast');
  }
  if (engine === 'torch' && (device === 'wasm' || device === 'webgpu'))
    throw new HillockError('usage', `PyTorch does not train on ${device}`, 'use --device cpu or cuda');
}

async function modelOf(model: string | undefined): Promise<PlannedOptions['model']> {
  if (model === undefined) return undefined;
  const { modelNames } = await import('../../job/model-name.ts');
  const named = modelNames.find(name => name === model);
  if (named) return named;
  if (!/\.json$/i.test(model)) {
    throw new HillockError(
      'usage',
      `--model must be ${modelNames.join(', ')} or a JSON file, not ${JSON.stringify(model)}`,
    );
  }
  const { readNetworkFile } = await import('./network-file.ts');
  return readNetworkFile(model, '--model');
}
